using System.Text.Json;

namespace VoiceAgent.Calls;

/// <summary>The plans that can be booked, with their monthly prices.</summary>
sealed class PlanBook(IReadOnlyDictionary<string, string> prices)
{
    public IReadOnlyDictionary<string, string> Prices { get; } = prices;

    /// <summary>Reads <c>plans.json</c>.</summary>
    public static PlanBook Load(string path)
    {
        using JsonDocument document = JsonFile.Read(path);
        return new(document.RootElement.EnumerateObject().ToDictionary(
            plan => plan.Name, plan => plan.Value.GetString()!, StringComparer.Ordinal));
    }
}

using AgentChain.Blocks.Redaction;

namespace VoiceAgent.Calls;

/// <summary>A customer's account.</summary>
/// <param name="Id">The account number.</param>
/// <param name="Facts">The facts by label, such as <c>balance</c>.</param>
sealed record Account(string Id, IReadOnlyDictionary<string, string> Facts)
{
    /// <summary>The labels of personal facts, with their kinds.</summary>
    public static IReadOnlyDictionary<string, PersonalDataKind> Personal { get; } =
        new Dictionary<string, PersonalDataKind>(StringComparer.Ordinal)
    {
        ["customer name"] = PersonalDataKind.Name,
        ["account number"] = PersonalDataKind.Account,
        ["card ending"] = PersonalDataKind.Card,
    };

    public string Name => Facts.GetValueOrDefault("customer name", Id);
}

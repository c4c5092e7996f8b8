using System.Text.Json;

namespace VoiceAgent.Calls;

/// <summary>A bundled recording.</summary>
/// <param name="Path">The WAV file.</param>
/// <param name="Words">The spoken words.</param>
/// <param name="Agent">The agent that should answer.</param>
/// <param name="Customer">The caller's account number.</param>
sealed record BundledQuestion(string Path, string Words, string Agent, string Customer);

/// <summary>Reads the bundled questions.</summary>
static class QuestionBook
{
    public static IReadOnlyList<BundledQuestion> Load(string folder)
    {
        using JsonDocument document = JsonFile.Read(Path.Combine(folder, "questions.json"));
        return [.. document.RootElement.EnumerateArray().Select(question =>
        {
            string Text(string name) => question.GetProperty(name).GetString()!;
            return new BundledQuestion(Path.Combine(folder, Text("file")), Text("text"), Text("agent"), Text("customer"));
        })];
    }
}

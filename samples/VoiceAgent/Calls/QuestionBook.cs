using System.Text.Json;

namespace VoiceAgent.Calls;

/// <summary>A bundled recording.</summary>
/// <param name="Path">The WAV file.</param>
/// <param name="Words">What is said in it.</param>
/// <param name="Agent">Who should answer.</param>
/// <param name="Customer">The account number of who is calling.</param>
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

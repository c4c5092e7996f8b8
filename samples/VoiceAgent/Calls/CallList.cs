using System.Globalization;
using VoiceAgent.CommandLine;

namespace VoiceAgent.Calls;

/// <summary>
/// Collects the calls to answer: the bundled calls by customer, or the call from the command line. All files are read before the first
/// answer.
/// </summary>
static class CallList
{
    public static IReadOnlyList<Call> Of(VoiceAgentOptions options, AccountBook accounts, string bundledFolder) =>
        options.Questions.Count > 0
            ? [new Call(accounts.Find(options.Customer), Given(options.Questions))]
            : Bundled(accounts, bundledFolder, options.Customer);

    static List<Call> Bundled(AccountBook accounts, string folder, string? who)
    {
        IReadOnlyList<BundledQuestion> questions = QuestionBook.Load(folder);
        Account? only = who is null ? null : accounts.Find(who);
        List<Call> calls =
        [
            .. questions.GroupBy(q => q.Customer, StringComparer.Ordinal)
                .Where(g => only is null || g.Key == only.Id)
                .Select(g => new Call(
                    accounts.Find(g.Key),
                    [.. g.Select(q => new CallQuestion(Path.GetFileNameWithoutExtension(q.Path), WaveInput.Read(q.Path), q.Words))])),
        ];
        return calls.Count > 0 ? calls : throw new VoiceAgentException(ExitCode.Usage, $"{only?.Name} has no bundled question; ask one with a WAV file or --say.");
    }

    static List<CallQuestion> Given(IReadOnlyList<Asked> asked)
    {
        List<CallQuestion> questions = [];
        foreach ((string text, bool isFile) in asked)
        {
            string name = isFile
                ? Path.GetFileNameWithoutExtension(text)
                : string.Create(CultureInfo.InvariantCulture, $"said-{questions.Count + 1:00}");
            for (int copy = 2; questions.Any(q => q.Name == name); copy++)
            {
                name = string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(text)}-{copy}");
            }

            questions.Add(isFile ? new CallQuestion(name, WaveInput.Read(text), null) : new CallQuestion(name, null, text));
        }

        return questions;
    }
}

using System.Globalization;
using System.Text.RegularExpressions;
using AgentChain.Onnx.Speech.Audio;
using AgentChain.Onnx.Speech.Normalization;
using VoiceAgent.Calls;
using VoiceAgent.CommandLine;
using VoiceAgent.Models;
using VoiceAgent.Showing;

namespace VoiceAgent.Tests;

/// <summary>One run without questions, as a newcomer starts it, and what it must have done.</summary>
public sealed partial class BundledQuestionsTests(BundledQuestionsTests.Fixture fixture) : IClassFixture<BundledQuestionsTests.Fixture>
{
    static readonly AccountBook Accounts = AccountBook.Load(Path.Combine(ModelFolder.Data, "accounts.json"));

    static readonly IReadOnlyList<BundledQuestion> Questions = QuestionBook.Load(ModelFolder.Questions);

    IReadOnlyList<ShownTurn> Turns => fixture.Run.Turns;

    [Fact]
    public void Run_AllQuestions_AreAnswered()
    {
        Assert.Equal("", fixture.Run.Error);
        Assert.Equal(ExitCode.Success, fixture.Run.ExitCode);
        Assert.Equal(Questions.Select(q => Path.GetFileNameWithoutExtension(q.Path)), Turns.Select(t => t.Name));
    }

    [Fact]
    public void Transcripts_NearlyAll_AreWordForWord() => AtLeast(0.8, q => WordErrors.Count(q.Question.Words, q.Turn["heard"]).Errors == 0);

    [Fact]
    public void Transcript_Growing_IsShownBeforeItIsFinal() => AtLeast(0.8, q => q.Turn["..."].Length > 0);

    [Fact]
    public void Agents_NearlyAll_AreTheRightOnes()
    {
        // Either agent greets and says goodbye. One that hands over is shown before the other.
        AtLeast(0.8, q => q.Question.Agent == "smalltalk" || q.Turn["agent"].EndsWith(q.Question.Agent, StringComparison.Ordinal));
        Assert.Contains(Turns, t => t["agent"] == "billing support");
    }

    [Fact]
    public void Answers_AboutFacts_HaveTheCustomersOwnValues()
    {
        (string Words, string Label)[] asked = [("what is my balance", "balance"), ("when is my payment due", "payment due"), ("what is my monthly price", "monthly price"), ("what name is on the account", "customer name"), ("when will the technician arrive", "technician visit")];
        (BundledQuestion Question, ShownTurn Turn, string Value)[] facts =
        [
            .. Pairs().SelectMany(p => asked
                .Where(a => p.Question.Words.EndsWith(a.Words, StringComparison.Ordinal))
                .Select(a => (p.Question, p.Turn, Accounts.Find(p.Question.Customer).Facts[a.Label]))),
        ];
        Assert.NotEmpty(facts);
        int right = facts.Count(f => f.Turn["spoken"].Contains(TextNormalizer.Normalize(f.Value), StringComparison.OrdinalIgnoreCase));
        Assert.True(right >= facts.Length - 1, $"{right} of {facts.Length} answers have the right value.");
    }

    [Fact]
    public void Tools_ForEachFactAndArticle_AreCalled()
    {
        AtLeast(0.8, q => (q.Question.Agent, q.Turn["calls"]) switch
        {
            ("billing", var calls) => calls.StartsWith("look_up_account", StringComparison.Ordinal),
            ("support", var calls) => calls.Contains("search_articles", StringComparison.Ordinal) || calls.Contains("look_up_account", StringComparison.Ordinal),
            (_, var calls) => calls.Length == 0,
        });
    }

    [Fact]
    public void PersonalData_NowhereInWhatTheModelReadsAndWrites()
    {
        foreach ((BundledQuestion question, ShownTurn turn) in Pairs())
        {
            Account account = Accounts.Find(question.Customer);
            foreach (string value in new[] { account.Name, account.Id, account.Facts["card ending"] })
            {
                Assert.DoesNotContain(value, turn["redacted"], StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain(value, turn["calls"], StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain(value, turn["result"], StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain(value, turn["answer"], StringComparison.OrdinalIgnoreCase);
            }
        }

        Assert.True(Turns.Any(t => t["redacted"].Contains("[name_1]", StringComparison.Ordinal) && t["redacted"].Contains("hidden: name", StringComparison.Ordinal)), "No name was hidden.");
        Assert.True(Turns.Any(t => t["redacted"].Contains("[account_1]", StringComparison.Ordinal) && t["redacted"].Contains("hidden: account", StringComparison.Ordinal)), "No account number was hidden.");
    }

    [Fact]
    public void PersonalData_IsPutBackBeforeItIsSpoken()
    {
        ShownTurn[] with = [.. Turns.Where(t => t["answer"].Contains('[', StringComparison.Ordinal))];
        Assert.NotEmpty(with);
        Assert.All(with, t => Assert.DoesNotContain('[', t["spoken"]));
    }

    [Fact]
    public void SpokenAnswers_HeardAgain_AreUnderstood()
    {
        (int Wrong, int Of)[] counts =
        [
            .. Turns.Select(t => HeardAgain().Match(t.All)).Select(m => (int.Parse(m.Groups["wrong"].ValueSpan, CultureInfo.InvariantCulture), int.Parse(m.Groups["of"].ValueSpan, CultureInfo.InvariantCulture))),
        ];
        double rate = (double)counts.Sum(c => c.Wrong) / counts.Sum(c => c.Of);
        Assert.True(rate <= 0.12, string.Create(CultureInfo.InvariantCulture, $"The recognizer gets {rate:P1} of the spoken answers' words wrong."));
    }

    [Fact]
    public void SpokenAnswers_AreWritten()
    {
        foreach (BundledQuestion question in Questions)
        {
            PcmAudio answer = WavReader.ReadFile(Path.Combine(fixture.Folder.Path, Path.GetFileName(question.Path)));
            Assert.InRange(answer.Duration.TotalSeconds, 0.3, 30);
            Assert.False(AudioLevel.IsSilent(answer));
        }
    }

    [Fact]
    public void Waterfall_EachTurn_AccountsForItsTime() => Assert.All(Turns, t =>
    {
        Assert.Contains("counted from the end of the input", t.All, StringComparison.Ordinal);
        Assert.Contains("critical path: ", t.All, StringComparison.Ordinal);
    });

    [Fact]
    public void Summary_AtTheEnd_HasARowForEachQuestionAndTheMemory()
    {
        string table = fixture.Run.Output[fixture.Run.Output.LastIndexOf("question ", StringComparison.Ordinal)..];
        Assert.All(Questions, q => Assert.Contains(Path.GetFileNameWithoutExtension(q.Path), table, StringComparison.Ordinal));
        Assert.Contains("Peak memory: ", table, StringComparison.Ordinal);
    }

    static void AtLeastOf(int count, int of, double share) => Assert.True(count >= share * of, $"{count} of {of} are right.");

    void AtLeast(double share, Func<(BundledQuestion Question, ShownTurn Turn), bool> right) => AtLeastOf(Pairs().Count(right), Questions.Count, share);

    IEnumerable<(BundledQuestion Question, ShownTurn Turn)> Pairs() => Questions.Zip(Turns);

    [GeneratedRegex(@"\((?<wrong>\d+) of (?<of>\d+) words wrong\)")]
    private static partial Regex HeardAgain();

    public sealed class Fixture : IAsyncLifetime
    {
        public TemporaryFolder Folder { get; } = new();

        internal ProgramRun Run { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Run = await ProgramRun.Of("--out", Folder.Path, "--verify", "--budget", "60000");

        public ValueTask DisposeAsync()
        {
            Folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

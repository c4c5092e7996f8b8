using AgentChain.Speculation;
using VoiceAgent.CommandLine;
using VoiceAgent.Showing;

namespace VoiceAgent.Tests.Showing;

public class SummaryTableTests
{
    [Fact]
    public void Print_OneLevel_GivesBothMedians()
    {
        string table = Printed(Turn("a", Ahead.Full, 100, 600), Turn("b", Ahead.Full, 200, 720), Turn("c", Ahead.Full, 400, 900));

        Assert.Contains("answer's first: median 200 ms, longest 400 ms, without the 500 ms of silence", table, StringComparison.Ordinal);
        Assert.Contains("from the end of speech to the answer's first sample: median 720 ms, longest 900 ms.", table, StringComparison.Ordinal);
        Assert.DoesNotContain("against", table, StringComparison.Ordinal);
    }

    [Fact]
    public void Print_TwoLevels_ComparesThem()
    {
        string table = Printed(
            Turn("a", Ahead.Off, 200, 800), Turn("a", Ahead.Full, 10, 600),
            Turn("b", Ahead.Off, 200, 800) with { Sound = "a" }, Turn("b", Ahead.Full, 10, 600) with { Answer = "another", Sound = "b" });

        Assert.Contains("full against off: 0.75. The same answer to 1 of 2 questions, the same samples in 1.", table, StringComparison.Ordinal);
        Assert.Contains("10.0 ms of 200.0 ms are left, so 95 % is hidden in the silence.", table, StringComparison.Ordinal);
    }

    [Fact]
    public void Print_Speculation_GivesWhatStoodAndWhatWasInVain()
    {
        var account = new SpeculationAccount { Started = 3, Committed = 2, Terminated = 1, Prefills = 1, Prefilling = TimeSpan.FromMilliseconds(7), Wasted = TimeSpan.FromMilliseconds(10) };

        string table = Printed(
            Turn("a", Ahead.Full, 100, 600) with { Account = account, Worked = TimeSpan.FromMilliseconds(150) },
            Turn("b", Ahead.Full, 100, 600) with { Worked = TimeSpan.FromMilliseconds(50) });

        Assert.Contains("Started early: 3 runs, of which 2 were kept, and 1 prefills of 7 ms. Wasted: 10 of 200 ms of work downstream of the listener, 5.0 %.", table, StringComparison.Ordinal);
    }

    [Fact]
    public void Print_NoAnswer_HasNoMedian() =>
        Assert.DoesNotContain("median", Printed(Turn("a", Ahead.Off, null, null)), StringComparison.Ordinal);

    static TurnSummary Turn(string name, Ahead level, int? response, int? fromSpeech) =>
        new(name, level, "ok", "billing", "your balance is $1.", Ms(response), Ms(fromSpeech), "Completed", null);

    static TimeSpan? Ms(int? milliseconds) => milliseconds is { } ms ? TimeSpan.FromMilliseconds(ms) : null;

    static string Printed(params TurnSummary[] turns)
    {
        using var output = new StringWriter();
        SummaryTable.Print(output, turns, TimeSpan.FromMilliseconds(500));
        return output.ToString();
    }
}

using AgentChain.Speculation;
using AgentChain.Tests.Engine;
using AgentChain.Tests.Simulation.Lossless.Hostile;

namespace AgentChain.Tests.Simulation.Lossless;

/// <summary>Whether a turn's result is one that a sequential evaluation can give.</summary>
sealed record Verdict(TurnResult Result, Reading Read, IReadOnlyList<string> Effects, IReadOnlyList<OutputPossibility> Possible)
{
    public void Check(bool mayBeInterrupted, bool hasDeadline, HostileHost? host)
    {
        string? block = Result.Error?.Block;
        switch (Result.Outcome)
        {
            case TurnOutcome.Completed:
                Assert.Contains(Possible, p => !p.End.Ends && p.End.Effects.Order().SequenceEqual(Effects.Order()) && HasRead(p));
                break;
            case TurnOutcome.Failed when Possible.Any(p => p.End.Outcome == TurnOutcome.Failed && p.End.EndedBy == block && AreAmong(Effects, p.End.Effects) && HasRead(p)):
                break;
            case TurnOutcome.Failed:
                Assert.True(host?.Explains(Result.Error!), "No possibility ends so.");
                AssertBegun();
                break;
            case TurnOutcome.DeadlineExceeded when block is not null:
                Assert.Contains(
                    Possible, p => p.End.Outcome == TurnOutcome.DeadlineExceeded && p.End.EndedBy == block && AreAmong(Effects, p.End.Effects) && HasRead(p));
                break;
            default:
                Assert.True(Result.Outcome == TurnOutcome.Interrupted ? mayBeInterrupted : Result.Outcome == TurnOutcome.DeadlineExceeded && hasDeadline, $"{Result.Outcome}");
                AssertBegun();
                break;
        }

        CheckEnumeration();
        Reports.AssertLawful(Result);
        SpeculationAccount account = Result.Report.Speculation;
        Assert.Equal(account.Started, account.Committed + account.Terminated);
        Assert.True(account.Saved >= TimeSpan.Zero && account.Wasted >= TimeSpan.Zero);
    }

    public static string Describe(
        IReadOnlyList<LosslessStep> steps, OutputShape? output, long input, TurnResult result, Reading read, IReadOnlyList<string> effects,
        IReadOnlyList<OutputPossibility> possible) => string.Join(
        '\n',
        [
            $"{result.Turn} of input {input} ended as {result.Outcome}, error {result.Error?.Message} {result.Error?.InnerException?.GetType().Name}, {read} of {string.Join(", ", read.Items)}, effects {string.Join(", ", effects)}",
            .. possible.Select(p => $"  possible: {p.End.Outcome} {p.End.Value} {p.End.EndedBy}, items {string.Join(", ", p.Items)}, effects {string.Join(", ", p.End.Effects)}"),
            .. steps.Select(s => $"  {s.Describe("  ")}"),
            $"  {output}",
        ]);

    /// <summary>A turn that something else ended: its output and effects are a prefix of a possible result.</summary>
    void AssertBegun() => Assert.Contains(Possible, p => AreAmong(Effects, p.End.Effects) && IsBeginning(p.Items));

    /// <summary>An enumeration that was not left ends as its turn does.</summary>
    void CheckEnumeration()
    {
        if (Read.IsWhole && Read.Error is { } error)
        {
            Assert.Equal(Result.Outcome, Assert.IsAssignableFrom<TurnException>(error).Outcome);
        }
    }

    bool HasRead(OutputPossibility possible) => Read.IsWhole && Result.Outcome != TurnOutcome.DeadlineExceeded
        ? possible.Items.SequenceEqual(Read.Items)
        : IsBeginning(possible.Items);

    bool IsBeginning(IReadOnlyList<long> items) => items.Take(Read.Items.Count).SequenceEqual(Read.Items);

    /// <summary>Whether effects happened no more often than they should.</summary>
    static bool AreAmong(IReadOnlyList<string> effects, IReadOnlyList<string> due)
    {
        List<string> left = [.. due];
        return effects.All(left.Remove);
    }
}

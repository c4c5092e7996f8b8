using AgentChain.Diagnostics;
using Microsoft.Extensions.Time.Testing;

namespace AgentChain.Tests.Engine;

/// <summary>Live input: the chain's budget counts from its end, and its time is attributed to the speaker.</summary>
public class LiveInputTests
{
    static readonly TimeSpan Speech = TimeSpan.FromSeconds(3);
    static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan Work = TimeSpan.FromMilliseconds(40);

    [Fact]
    public async Task Report_LiveInput_BelongsToInputAndSetting()
    {
        var clock = new FakeTimeProvider();
        await using Chain<string, string> chain = Listening(clock).Build(new ChainOptions { TimeProvider = clock });
        Turn<string> turn = chain.Start("hello");
        TurnResult result = await turn.Completion;
        Assert.Equal(TurnOutcome.Completed, result.Outcome);
        Assert.Equal(Speech + Silence, result.Report.InputEnded);
        Assert.Equal(Work, result.Report.ResponseTime);
        Assert.Equal(
            [new("input", PartKind.Input, TimeSpan.Zero, Speech), new("endpoint", PartKind.Endpointing, Speech, Speech + Silence), new("listen", PartKind.Block, Speech + Silence, Speech + Silence + Work)],
            result.Report.Parts);
        Assert.Contains("40.0 ms, counted from the end of the input", result.Report.ToWaterfall().Replace("first output at 40.0 ms, ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Budget_LiveInputLongerThanBudget_CountsFromItsEnd()
    {
        var clock = new FakeTimeProvider();
        await using Chain<string, string> chain = Listening(clock)
            .Build(new ChainOptions { TimeProvider = clock, Budget = LatencyBudget.FirstOutput(TimeSpan.FromMilliseconds(50)) });
        TurnResult result = await chain.Start("hello").Completion;
        Assert.Equal(TurnOutcome.Completed, result.Outcome);
    }

    [Fact]
    public async Task Budget_OverrunAfterLiveInput_EndsTurn()
    {
        var clock = new FakeTimeProvider();
        await using Chain<string, string> chain = Listening(clock)
            .Then("slow", async (string text, BlockContext context, CancellationToken token) =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(100));
                await Task.Delay(Timeout.InfiniteTimeSpan, context.Time, token);
                return text;
            })
            .Build(new ChainOptions { TimeProvider = clock, Budget = LatencyBudget.FirstOutput(TimeSpan.FromMilliseconds(50)) });
        TurnResult result = await chain.Start("hello").Completion;
        Assert.Equal(TurnOutcome.DeadlineExceeded, result.Outcome);
    }

    [Fact]
    public async Task InputEnded_BlockWithoutLiveInput_FailsTurn()
    {
        await using Chain<string, string> chain = Chain.From<string>("plain")
            .Then("wrong", (string text, BlockContext context, CancellationToken _) =>
            {
                context.InputEnded(1, 1);
                return ValueTask.FromResult(text);
            })
            .Build();
        TurnResult result = await chain.Start("hello").Completion;
        Assert.IsType<InvalidOperationException>(result.Error?.InnerException);
    }

    [Fact]
    public void Build_TwoBlocksWithLiveInput_Refuses()
    {
        var clock = new FakeTimeProvider();
        ChainBuilder<string, string> two = Listening(clock).Revise("again", new Listener(clock), o => o.LiveInput());
        Assert.Contains("live input", Assert.Throws<ChainValidationException>(() => two.Build()).Message, StringComparison.Ordinal);
    }

    static ChainBuilder<string, string> Listening(FakeTimeProvider clock) =>
        Chain.From<string>("voice").Revise("listen", new Listener(clock), o => o.LiveInput());

    sealed class Listener(FakeTimeProvider clock) : IRevisingBlock<string, string>
    {
        public async IAsyncEnumerable<Hypothesis<string>> InvokeAsync(
            string input, BlockContext context, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Yield();
            clock.Advance(Speech);
            long last = context.Time.GetTimestamp();
            yield return Hypothesis.Tentative(input[..2], 0.5);
            clock.Advance(Silence);
            context.InputEnded(last, context.Time.GetTimestamp());
            clock.Advance(Work);
            yield return Hypothesis.Final(input);
        }
    }
}

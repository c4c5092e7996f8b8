using System.Runtime.CompilerServices;
using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

/// <summary>The end of live input, in virtual time.</summary>
public class EndedInputTests
{
    [Fact]
    public void InputEnded_Twice_FailsTheTurnByName() => VirtualWorld.Run(async world =>
    {
        await using Chain<string, string> chain = Listening(world, ends: 2).Build(world.Options());
        TurnResult result = await chain.Start("").Completion;
        Assert.Equal((TurnOutcome.Failed, "listen"), (result.Outcome, result.Error!.Block));
        Assert.Contains("a second time", result.Error.InnerException!.Message, StringComparison.Ordinal);
    });

    [Fact]
    public void Budget_OfAChainWithLiveInput_CountsFromItsEnd() => VirtualWorld.Run(async world =>
    {
        await using Chain<string, string> chain = Listening(world, ends: 1)
            .Then("slow", world.Work<string>(1000))
            .Build(world.Options(o => o.Budget = LatencyBudget.Total(200.Milliseconds())));
        TurnResult result = await chain.Start("").Completion;
        Assert.Equal(TurnOutcome.DeadlineExceeded, result.Outcome);
        Assert.Equal(500, Math.Round(result.Report.Elapsed.TotalMilliseconds));
        Assert.Equal(300, Math.Round(result.Report.InputEnded!.Value.TotalMilliseconds));
    });

    static ChainBuilder<string, string> Listening(VirtualWorld world, int ends) =>
        Chain.From<string>("live").Revise("listen", new Listener(world, ends), o => o.LiveInput());

    /// <summary>Listens for 300 ms.</summary>
    sealed class Listener(VirtualWorld world, int ends) : IRevisingBlock<string, string>
    {
        public async IAsyncEnumerable<Hypothesis<string>> InvokeAsync(
            string input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await world.Delay(300, cancellationToken);
            for (int i = 0; i < ends; i++)
            {
                long now = context.Time.GetTimestamp();
                context.InputEnded(now, now);
            }

            yield return Hypothesis.Final("heard");
        }
    }
}

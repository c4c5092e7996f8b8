using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

/// <summary>A chain that is disposed while a turn starts, between any two lines that look at the clock.</summary>
public sealed class DisposeAtAnyMomentTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Dispose_WhileATurnStarts_TheTurnIsInterruptedOrRejected(bool isStream)
    {
        int at = 0;
        while (VirtualWorld.Run(world => RunAsync(world, isStream, ++at)))
        {
        }

        Assert.InRange(at, 2, 100);
    }

    /// <summary>One run; false when the turn had started before the clock was looked at so often.</summary>
    static async Task<bool> RunAsync(VirtualWorld world, bool isStream, int at)
    {
        var clock = new InterruptingClock(world.Clock, at);
        ChainOptions options = world.Options(o => o.TimeProvider = clock);
        await using ChainBase<int, int> chain = isStream
            ? Chain.From<int>("disposed").Stream("items", (_, _, token) => world.Count([1000], token)).Build(options)
            : Chain.From<int>("disposed").Then("work", world.Work<int>(1000)).Build(options);
        Task? disposal = null;
        clock.Act = () => disposal = chain.DisposeAsync().AsTask();
        Turn<int> turn = chain.Start(1);
        if (disposal is null)
        {
            return false;
        }

        TurnResult result = await turn.Completion;
        Assert.True(result.Outcome is TurnOutcome.Interrupted or TurnOutcome.Rejected, $"Disposed at look {at}, the turn ended as {result.Outcome}.");
        await disposal;
        Assert.Equal(0, chain.LiveTurns);
        return true;
    }
}

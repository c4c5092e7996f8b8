using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

/// <summary>A turn's token, which is created when it is first requested.</summary>
public class TurnTokenTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TurnToken_FirstAskedForAfterTheEnd_IsCancelled(bool queued) => VirtualWorld.Run(async world =>
    {
        Turn<int>? turn = null;
        var block = new Asking(() => turn!.Interrupt());
        await using Chain<int, int> chain = Chain.From<int>("late")
            .Then("ask", block, o => _ = queued ? o.Queued() : o)
            .Build(world.Options());
        turn = chain.Start(1);
        Assert.Equal(TurnOutcome.Interrupted, (await turn.Completion).Outcome);
        await world.Delay(1);
        Assert.Equal([true], block.Seen);
    });

    [Fact]
    public void TurnToken_OfATurnThatGoesOn_IsNotCancelled() => VirtualWorld.Run(async world =>
    {
        var block = new Asking(() => { });
        await using Chain<int, int> chain = Chain.From<int>("on time").Then("ask", block).Build(world.Options());
        Assert.Equal(1, await chain.RunAsync(1));
        Assert.Equal([false], block.Seen);
    });

    sealed class Asking(Action before) : ISyncBlock<int, int>
    {
        public List<bool> Seen { get; } = [];

        public int Invoke(int input, BlockContext context)
        {
            before();
            Seen.Add(context.TurnToken.IsCancellationRequested);
            return input;
        }
    }
}

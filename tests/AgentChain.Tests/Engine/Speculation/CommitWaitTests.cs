using AgentChain.Simulation;

namespace AgentChain.Tests.Engine.Speculation;

/// <summary>A block that waits until its run is committed.</summary>
public class CommitWaitTests
{
    [Fact]
    public void CommittedAsync_RunIsCommitted_IsToldThen() => VirtualWorld.Run(async world =>
    {
        var block = new Waiting(world);
        await using Chain<string, string> chain = Voice(world, block, "same");
        Assert.Equal("same", await chain.RunAsync(""));
        Assert.Equal(["same committed at 500"], block.Events);
    });

    [Fact]
    public void CommittedAsync_RunIsTerminated_ObeysItsToken() => VirtualWorld.Run(async world =>
    {
        var block = new Waiting(world);
        await using Chain<string, string> chain = Voice(world, block, "right");
        Assert.Equal("right", await chain.RunAsync(""));
        Assert.Equal(["same cancelled at 500", "right committed at 500"], block.Events);
    });

    [Fact]
    public void CommittedAsync_TurnEnds_ObeysItsToken() => VirtualWorld.Run(async world =>
    {
        var block = new Waiting(world);
        await using Chain<string, string> chain = Voice(world, block, "same");
        Turn<string> turn = chain.Start("");
        await world.Delay(200);
        turn.Interrupt();
        await world.Delay(0.1);
        Assert.Equal(["same cancelled at 200"], block.Events);
        Assert.InRange((await turn.WhenQuiescentAsync()).Elapsed.TotalMilliseconds, 0, 0.1);
    });

    [Fact]
    public void CommittedAsync_AskedForAgainAfterTheCommit_IsOverAtOnce() => VirtualWorld.Run(async world =>
    {
        var block = new Waiting(world) { Again = true };
        await using Chain<string, string> chain = Voice(world, block, "same");
        Assert.Equal("same", await chain.RunAsync(""));
        Assert.Equal(["same committed at 500", "at once: True"], block.Events);
    });

    static Chain<string, string> Voice(VirtualWorld world, IBlock<string, string> block, string final) => Chain.From<string>("voice")
        .Revise("listen", world.Hears((100, "same"), (500, final)))
        .Then("order", block, o => o.Speculate())
        .Build(world.Eager());

    sealed class Waiting(VirtualWorld world) : IBlock<string, string>
    {
        public List<string> Events { get; } = [];

        public bool Again { get; init; }

        public async ValueTask<string> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken)
        {
            try
            {
                await context.CommittedAsync(cancellationToken);
                Events.Add($"{input} committed at {world.Elapsed.TotalMilliseconds:0}");
            }
            catch (OperationCanceledException)
            {
                Events.Add($"{input} cancelled at {world.Elapsed.TotalMilliseconds:0}");
                throw;
            }

            if (Again)
            {
                Events.Add($"at once: {context.CommittedAsync(cancellationToken).AsTask().IsCompletedSuccessfully}");
            }

            return input;
        }
    }
}

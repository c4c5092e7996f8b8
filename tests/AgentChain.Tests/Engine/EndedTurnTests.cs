using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

/// <summary>An ended turn keeps nothing that the next one needs. In virtual time, an endless wait is an error.</summary>
public sealed class EndedTurnTests
{
    [Fact]
    public void Interrupt_BeforeTheWorkerCame_ThePlaceIsGivenBack() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("narrow")
            .Then("work", world.Work<int>(10), o => o.Concurrency(1).Capacity(1))
            .Build(world.Options());
        Turn<int> first = chain.Start(1);
        first.Interrupt();
        Assert.Equal(TurnOutcome.Interrupted, (await first.Completion).Outcome);
        Assert.Equal(2, await chain.RunAsync(2));
    });

    [Fact]
    public void Interrupt_ConsumerIsDeafAndProducerWaitsForRoom_ProducerIsLetGo() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("stream")
            .Stream("fast", (_, _, token) => world.Count(Enumerable.Repeat(1.0, 10_000), token), o => o.StreamCapacity(1))
            .ThenEach("deaf", world.DeafWork<int>(1000), o => o.StreamCapacity(1))
            .Build(world.Options());
        Turn<int> turn = chain.Start(1);
        await world.Delay(50);
        turn.Interrupt();
        TurnQuiescence quiet = await turn.WhenQuiescentAsync();
        Assert.Equal(["fast", "deaf"], quiet.Blocks.Select(block => block.Block));
        Assert.Equal((0.0, false), (quiet.Blocks[0].Elapsed.Ms(), quiet.Blocks[0].Detached));
        Assert.True(quiet.Blocks[1].Detached);
    });

    [Fact]
    public void Drain_TurnIsInside_CompletesWithItAndARefusedTurnIsNotCounted() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("drained").Then("work", world.Work<int>(10)).Build(world.Options());
        Turn<int> turn = chain.Start(1);
        Task drained = chain.DrainAsync().AsTask();
        Assert.Equal(TurnOutcome.Rejected, (await chain.Start(2).Completion).Outcome);
        Assert.Equal((false, 1), (drained.IsCompleted, chain.LiveTurns));
        await drained;
        Assert.Equal(10, world.Elapsed.Ms());
        Assert.Equal(TurnOutcome.Completed, (await turn.Completion).Outcome);
        Assert.Equal(TurnOutcome.Rejected, (await chain.Start(3).Completion).Outcome);
        Assert.Equal(0, chain.LiveTurns);
    });

    [Fact]
    public void Interrupt_CallbackOfTheTokenThrows_NothingReachesTheCallerAndTheBlockStops() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("throws")
            .Then("work", async (int x, CancellationToken token) =>
            {
                _ = token.Register(static () => throw new InvalidDataException());
                await world.Delay(1000, token);
                return x;
            })
            .Build(world.Options());
        Turn<int> turn = chain.Start(1);
        await world.Delay(10);
        turn.Interrupt();
        Assert.Equal(TurnOutcome.Interrupted, (await turn.Completion).Outcome);
        Assert.Equal(0, (await turn.WhenQuiescentAsync()).Elapsed.Ms());
    });
}

using AgentChain.Simulation;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Turns;

public class PauseTests
{
    [Fact]
    public void Pause_WhileStreaming_NothingIsYieldedUntilResume() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Counting(world, 5);
        Turn<int> turn = chain.Start(1);
        List<(int Item, double At)> seen = [];
        Task reading = ReadAsync(world, turn, seen);
        await world.Delay(25);
        turn.Pause();
        turn.Pause();
        await world.Delay(100);
        Assert.Equal([(0, 10), (1, 20)], seen);
        turn.Resume();
        await reading;
        Assert.Equal([(0, 10), (1, 20), (2, 125), (3, 125), (4, 125)], seen);
        Assert.Equal(50, (await turn.Completion).Report.Elapsed.Ms());
    });

    [Fact]
    public void Pause_BeforeTheFirstItem_HoldsThatToo() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Counting(world, 2);
        Turn<int> turn = chain.Start(1);
        turn.Pause();
        List<(int Item, double At)> seen = [];
        Task reading = ReadAsync(world, turn, seen);
        await world.Delay(100);
        turn.Resume();
        turn.Resume();
        await reading;
        Assert.Equal([(0, 100), (1, 100)], seen);
    });

    [Fact]
    public void Pause_LongerThanTheStallBudget_IsNoStall() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("count").Stream<int>("count", (_, _, token) => world.Count([10, 10, 10, 10, 10, 10], token))
            .Build(world.Options(o =>
            {
                o.Budget = LatencyBudget.Stall(20.Milliseconds());
                o.OutputCapacity = 1;
            }));
        Turn<int> turn = chain.Start(1);
        List<(int Item, double At)> seen = [];
        Task reading = ReadAsync(world, turn, seen);
        await world.Delay(15);
        turn.Pause();
        await world.Delay(1000);
        turn.Resume();
        await reading;
        Assert.Equal([0, 1, 2, 3, 4, 5], seen.Select(s => s.Item));
        Assert.Equal(TurnOutcome.Completed, (await turn.Completion).Outcome);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Pause_TurnEndsEarly_ReaderIsToldAtOnce(bool pausedFirst) => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Counting(world, 5);
        Turn<int> turn = chain.Start(1);
        List<(int Item, double At)> seen = [];
        Task reading = ReadAsync(world, turn, seen);
        await world.Delay(25);
        if (pausedFirst)
        {
            turn.Pause();
            await world.Delay(10);
        }

        turn.Interrupt();
        turn.Pause();
        await Assert.ThrowsAsync<TurnInterruptedException>(() => reading);
        Assert.Equal(2, seen.Count);
        Assert.Equal(pausedFirst ? 35 : 25, world.Elapsed.Ms());
    });

    [Fact]
    public async Task Pause_ReaderCancelsItsRead_GetsAway()
    {
        await using StreamChain<int, int> chain = Chain.From<int>("two").Stream<int>("two", (_, _, _) => new[] { 1, 2 }.ToAsyncEnumerable()).Build();
        Turn<int> turn = chain.Start(1);
        turn.Pause();
        await turn.Completion;
        using var stop = new CancellationTokenSource();
        Task reading = turn.Output.ToListAsync(stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public void Pause_TurnOfOneValue_HoldsTheValue() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("one").Then("work", world.Work<int>(10)).Build(world.Options());
        foreach (double pausedAt in new double[] { 0, 5, 10 })
        {
            double start = world.Elapsed.Ms();
            Turn<int> turn = chain.Start(7);
            List<(int Item, double At)> seen = [];
            await world.Delay(pausedAt);
            turn.Pause();
            Task reading = ReadAsync(world, turn, seen);
            await world.Delay(100);
            Assert.Empty(seen);
            turn.Resume();
            await reading;
            Assert.Equal([(7, start + pausedAt + 100)], seen);
        }
    });

    [Fact]
    public void Pause_TurnOfOneValueWhileItIsAwaited_HoldsTheValue() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("one").Then("work", world.Work<int>(10)).Build(world.Options());
        Turn<int> turn = chain.Start(7);
        List<(int Item, double At)> seen = [];
        Task reading = ReadAsync(world, turn, seen);
        await world.Delay(5);
        turn.Pause();
        await world.Delay(100);
        turn.Resume();
        await reading;
        Assert.Equal([(7, 105)], seen);
        Assert.Equal([7], await turn.Output.ToListAsync());
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Pause_TurnOfOneValueFails_ReaderIsToldAtOnce(bool readsLater) => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("one").Then("work", world.Work<int>(1000))
            .Build(world.Options(o => o.Budget = LatencyBudget.Total(10.Milliseconds())));
        Turn<int> turn = chain.Start(7);
        turn.Pause();
        if (readsLater)
        {
            await turn.Completion;
        }

        await Assert.ThrowsAsync<TurnDeadlineExceededException>(async () => await turn.Output.ToListAsync());
        Assert.Equal(10, world.Elapsed.Ms());
    });

    internal static StreamChain<int, int> Counting(VirtualWorld world, int items) =>
        Chain.From<int>("count").Stream<int>("count", (_, _, token) => world.Count(Enumerable.Repeat(10.0, items), token)).Build(world.Options());

    internal static async Task ReadAsync(VirtualWorld world, Turn<int> turn, List<(int Item, double At)> seen)
    {
        await foreach (int item in turn.Output)
        {
            seen.Add((item, world.Elapsed.Ms()));
        }
    }
}

using AgentChain.Diagnostics;
using AgentChain.Simulation;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Turns;

/// <summary>All work of a turn ends within a bound after its outcome, and this is reported.</summary>
public class QuietTests
{
    [Fact]
    public void QuietAsync_CooperativeBlocks_AreQuietAtOnce() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("quiet")
            .Parallel(
                "both",
                l => l.Then("left", world.Work<int>(1000), o => o.On("cpu")),
                r => r.Then("right", world.Work<int>(1000)),
                (x, _, _) => x)
            .Build(world.Options());
        Turn<int> turn = chain.Start(1);
        await world.Delay(10);
        turn.Interrupt();
        TurnQuiescence quiet = await turn.WhenQuiescentAsync();
        Assert.Equal(0, quiet.Elapsed.Ms());
        Assert.Equal(TurnOutcome.Interrupted, quiet.Outcome);
        Assert.Equal(turn.Id, quiet.Turn);
        Assert.Equal(["left", "right"], quiet.Blocks.Select(b => b.Block));
        Assert.All(quiet.Blocks, b => Assert.Equal((0, false), (b.Elapsed.Ms(), b.Detached)));
        Assert.Equal(10, world.Elapsed.Ms());
    });

    [Fact]
    public void QuietAsync_BlockTakesItsTimeToObey_SaysHowLong() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("slow")
            .Parallel("both", l => l.Then("slow", Slow(world, 3)), r => r.Then("quick", world.Work<int>(1000)), (x, _, _) => x)
            .Build(world.Options());
        Turn<int> turn = chain.Start(1);
        Task<TurnQuiescence> asked = turn.WhenQuiescentAsync();
        await world.Delay(10);
        turn.Interrupt();
        TurnQuiescence quiet = await asked;
        Assert.Equal(13, world.Elapsed.Ms());
        Assert.Equal(3, quiet.Elapsed.Ms());
        Assert.Equal([("quick", 0, false), ("slow", 3, false)], quiet.Blocks.Select(b => (b.Block, b.Elapsed.Ms(), b.Detached)));
        await world.Delay(1000);
        Assert.Equal(quiet.Blocks, (await turn.WhenQuiescentAsync()).Blocks);
    });

    [Fact]
    public void QuietAsync_BlockIgnoresItsToken_IsLeftBehindAfterTheGrace() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("deaf").Then("deaf", world.DeafWork<int>(5000))
            .Build(world.Options(o => o.Grace = 50.Milliseconds()));
        Turn<int> turn = chain.Start(1);
        await world.Delay(10);
        turn.Interrupt();
        TurnQuiescence quiet = await turn.WhenQuiescentAsync();
        BlockQuiescence deaf = Assert.Single(quiet.Blocks);
        Assert.True(deaf.Detached);
        Assert.InRange(quiet.Elapsed.TotalMilliseconds, 50, 50.1);
        Assert.Equal(1, chain.DetachedBlocks);
        await world.Delay(10_000);
        Assert.Equal(quiet.Elapsed, (await turn.WhenQuiescentAsync()).Elapsed);
    });

    [Fact]
    public void QuietAsync_StreamsAndDeviceWaits_AreAmongThem() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("mixed")
            .Stream<int>("tokens", (_, _, token) => world.Count(Enumerable.Repeat(10.0, 100), token))
            .ThenEach("speak", Slow(world, 2))
            .Build(world.Options());
        Turn<int> turn = chain.Start(1);
        await world.Delay(15);
        turn.Interrupt();
        TurnQuiescence quiet = await turn.WhenQuiescentAsync();
        Assert.Equal([("tokens", 0), ("speak", 2)], quiet.Blocks.Select(b => (b.Block, b.Elapsed.Ms())));
    });

    [Fact]
    public void QuietAsync_TurnCompleted_WasQuietAtItsEnd() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = PauseTests.Counting(world, 3);
        Turn<int> turn = chain.Start(1);
        await turn.Output.ToListAsync();
        TurnQuiescence quiet = await turn.WhenQuiescentAsync();
        Assert.Equal(TimeSpan.Zero, quiet.Elapsed);
        Assert.Empty(quiet.Blocks);
        Assert.Equal(TurnOutcome.Completed, quiet.Outcome);
    });

    [Fact]
    public void QuietAsync_AskedManyTimesAtOnce_AllAreTold() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("slow").Then("slow", Slow(world, 3)).Build(world.Options());
        Turn<int>[] turns = [.. Enumerable.Range(0, 20).Select(i => chain.Start(i))];
        await world.Delay(1);
        Task<TurnQuiescence>[] asked = [.. turns.SelectMany(t => new[] { t.WhenQuiescentAsync(), t.WhenQuiescentAsync() })];
        foreach (Turn<int> turn in turns)
        {
            turn.Interrupt();
            await world.Delay(1);
        }

        Assert.All(await Task.WhenAll(asked), q => Assert.Equal(3, q.Elapsed.Ms()));
    });

    [Fact]
    public void QuietDuration_TurnInterrupted_IsMeasuredPerBlock() => VirtualWorld.Run(async world =>
    {
        using var meter = new System.Diagnostics.Metrics.MeterListener();
        string name = $"quiet {Guid.NewGuid():N}";
        List<(string? Block, double Seconds)> seen = [];
        meter.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == TelemetryNames.BlockQuietDuration)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        meter.SetMeasurementEventCallback<double>((_, seconds, tags, _) =>
        {
            Dictionary<string, object?> known = new(tags.ToArray());
            if (Equals(known[TelemetryNames.ChainTag], name))
            {
                seen.Add(((string?)known[TelemetryNames.BlockTag], seconds));
            }
        });
        meter.Start();
        await using Chain<int, int> chain = Chain.From<int>(name).Then("slow", Slow(world, 3)).Build(world.Options());
        await chain.RunAsync(1);
        Assert.Empty(seen);
        Turn<int> turn = chain.Start(1);
        await world.Delay(10);
        turn.Interrupt();
        await turn.WhenQuiescentAsync();
        (string? block, double seconds) = Assert.Single(seen);
        Assert.Equal("slow", block);
        Assert.Equal(0.003, seconds, 6);
    });

    /// <summary>Works for 100 ms, and takes a while to observe its token.</summary>
    static Func<int, CancellationToken, ValueTask<int>> Slow(VirtualWorld world, double toObey) => async (x, token) =>
    {
        try
        {
            await world.Delay(100, token);
        }
        catch (OperationCanceledException)
        {
            await world.Delay(toObey);
            throw;
        }

        return x;
    };
}

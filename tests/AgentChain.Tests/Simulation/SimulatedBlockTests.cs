using AgentChain.Simulation;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Simulation;

public class SimulatedBlockTests
{
    [Fact]
    public void SimulatedBlock_SizeAndDevice_TakesItsTimeInTurn() => VirtualWorld.Run(async world =>
    {
        var device = new SimulatedDevice(world.Clock);
        await using Chain<string, int> chain = Chain.From<string>("one")
            .Then("work", new SimulatedBlock<string, int>(LatencyModel.PerToken(10.Milliseconds(), 5.Milliseconds()), text => text.Length)
            {
                Size = text => text.Length,
                Device = device,
            })
            .Build(world.Options());
        Turn<int> first = chain.Start("four");
        Turn<int> second = chain.Start("sixsix");
        Assert.Equal(30, (await first.Completion).Report.Elapsed.Ms());
        Assert.Equal(70, (await second.Completion).Report.Elapsed.Ms());
        Assert.Equal(70, device.Busy.Ms());
        Assert.Equal(TimeSpan.Zero, device.BusySpeculative);
    });

    [Fact]
    public void SimulatedBlock_TurnInterrupted_FreesItsDevice() => VirtualWorld.Run(async world =>
    {
        var device = new SimulatedDevice(world.Clock);
        await using Chain<int, int> chain = Chain.From<int>("one")
            .Then("work", new SimulatedBlock<int, int>(LatencyModel.Fixed(1.Seconds()), x => x) { Device = device })
            .Build(world.Options());
        Turn<int> turn = chain.Start(1);
        await world.Delay(100);
        turn.Interrupt();
        Assert.Equal(TurnOutcome.Interrupted, (await turn.Completion).Outcome);
        await world.Delay(1);
        Assert.Equal((0, 100.0, 100.0), (device.Running, device.Busy.Ms(), device.BusyAborted.Ms()));
        Assert.Equal(0, chain.DetachedBlocks);
    });

    [Fact]
    public void SimulatedBlock_Luck_DecidesTheTime() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, double> chain = Chain.From<int>("one")
            .Then("work", new SimulatedBlock<int, double>(LatencyModel.LogNormal(100.Milliseconds(), 0.5), _ => world.Elapsed.TotalMilliseconds)
            {
                Seed = 5,
                Luck = x => x % 2,
            })
            .Build(world.Options());
        double[] ends = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => chain.RunAsync(i).AsTask()));
        Assert.Equal(2, ends.Distinct().Count());
        Assert.Equal(ends[0], ends[4]);
    });

    [Fact]
    public void SimulatedStreamBlock_Items_FirstThenEach() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("many")
            .Stream("count", new SimulatedStreamBlock<int, int>(
                LatencyModel.Fixed(100.Milliseconds()), LatencyModel.Fixed(10.Milliseconds()), n => Enumerable.Range(0, n)))
            .Build(world.Options());
        ScriptedTurn<int, int> turn = (await new ScriptedUser<int>().Say(TimeSpan.Zero, 3).PlayAsync(chain, world.Clock))[0];
        Assert.Equal([(100.0, 0), (110.0, 1), (120.0, 2)], turn.Heard.Select(h => (h.At.Ms(), h.Item)));
        Assert.Equal(100, (await chain.Start(0).Completion).Report.Elapsed.Ms());
    });

    [Fact]
    public void SimulatedRevisingBlock_Script_IsPublishedOnTime() => VirtualWorld.Run(async world =>
    {
        await using Chain<string, string> chain = Chain.From<string>("hear")
            .Revise(
                "listen",
                new SimulatedRevisingBlock<string, string>(text =>
                [
                    new(100.Milliseconds(), Hypothesis.Tentative(text[..1], 0.5)),
                    new(50.Milliseconds(), Hypothesis.Tentative(text[..2], 0.6)),
                    new(500.Milliseconds(), Hypothesis.Final(text)),
                ]),
                o => o.OnHypothesis((h, _) => world.Record($"{h.Value} {h.IsFinal}")))
            .Build(world.Options());
        Assert.Equal("abc", await chain.RunAsync("abc"));
        Assert.Equal(["100 a False", "100 ab False", "500 abc True"], world.Events);
    });

    /// <summary>An exception for each late turn would take longer than all else that is simulated.</summary>
    [Fact]
    public void InvokeAsync_TurnIsOver_ThrowsNoException() => VirtualWorld.Run(async world =>
    {
        int thrown = 0;
        var here = Thread.CurrentThread;
        EventHandler<System.Runtime.ExceptionServices.FirstChanceExceptionEventArgs> count = (_, _) => thrown += Thread.CurrentThread == here ? 1 : 0;
        AppDomain.CurrentDomain.FirstChanceException += count;
        try
        {
            var device = new SimulatedDevice(world.Clock);
            await using Chain<int, int> chain = Chain.From<int>("late")
                .Then("slow", new SimulatedBlock<int, int>(LatencyModel.Fixed(50.Milliseconds()), x => x + 1) { Device = device })
                .Build(world.Options(o => o.Budget = LatencyBudget.Total(60.Milliseconds())));
            Turn<int>[] turns = [chain.Start(1), chain.Start(2), chain.Start(3)];
            TurnOutcome[] outcomes = [.. (await Task.WhenAll(turns.Select(t => t.Completion))).Select(r => r.Outcome)];
            await Task.WhenAll(turns.Select(t => t.WhenQuiescentAsync()));
            Assert.Equal([TurnOutcome.Completed, TurnOutcome.DeadlineExceeded, TurnOutcome.DeadlineExceeded], outcomes);
            Assert.Equal((0, 1, 2), (thrown, device.Completed, device.Aborted));
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= count;
        }
    });

    [Fact]
    public void InvokeAsync_OutputThrowsAfterADevice_FailsTheTurn() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("broken")
            .Then("throws", new SimulatedBlock<int, int>(LatencyModel.Fixed(5.Milliseconds()), _ => throw new IOException("no")) { Device = new SimulatedDevice(world.Clock) })
            .Build(world.Options());
        TurnResult result = await chain.Start(1).Completion;
        Assert.Equal(TurnOutcome.Failed, result.Outcome);
        Assert.IsType<IOException>(Assert.IsType<BlockFailedException>(result.Error).InnerException);
        Assert.Equal(5, world.Elapsed.TotalMilliseconds);
    });
}

using AgentChain.Devices;
using AgentChain.Simulation;

namespace AgentChain.Tests.Engine.Speculation;

/// <summary>Runs that continue although their result is no longer needed: how they are notified, and what happens to their place.</summary>
public class RunsThatEndLateTests
{
    [Fact]
    public void Overrun_OfASubChainWhoseEarlyRunWasCommitted_ItsTokenFiresThen() => VirtualWorld.Run(async world =>
    {
        var search = new Worker<string, string>(world, 1000, x => x);
        await using Chain<string, string> inner = Chain.From<string>("inner")
            .Revise("listen", world.Hears((50, "same"), (100, "same")))
            .Then("search", search, o => o.Speculate())
            .Build(world.Eager());
        await using Chain<string, string> chain = Chain.From<string>("outer")
            .Then("inner", inner, o => o.Budget(300.Milliseconds()).OnOverrun(Overrun.Fallback("late")))
            .Then("after", world.Work<string>(2000))
            .Build(world.Eager());
        await using Turn<string> turn = chain.Start("");
        Assert.Equal("late", await turn.Output.SingleAsync());
        Assert.Equal([(50.0, "same", 300.0, true)], search.Runs.Select(r => (r.Began, r.Input, Math.Round(r.Ended), r.Cancelled)));
        Assert.Equal(1, (await turn.Completion).Report.Speculation.Committed);
    });

    [Fact]
    public void WrongGuess_ThatIsDeaf_LeavesItsPlaceAfterTheGrace() => VirtualWorld.Run(async world =>
    {
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((50, "wrong"), (100, "right")))
            .Then(
                "deaf",
                async (string x, CancellationToken _) =>
                {
                    await world.Delay(x == "wrong" ? 3000 : 50);
                    return x;
                },
                o => o.Speculate().Concurrency(1))
            .Build(world.Eager(o => o.Grace = 150.Milliseconds()));
        Turn<string> turn = chain.Start("");
        Assert.Equal("right", await turn.Output.SingleAsync());
        Assert.Equal(300, Math.Round((await turn.Completion).Report.Elapsed.TotalMilliseconds));
        Assert.Equal(1, chain.DetachedBlocks);
        await world.Delay(5000);
        Assert.Equal(0, chain.DetachedBlocks);
    });

    [Fact]
    public void WrongGuess_WaitsForAWorker_LeavesTheQueueAtOnce() => VirtualWorld.Run(async world =>
    {
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((10, "deaf"), (50, "wrong"), (100, "right")))
            .Then(
                "narrow",
                async (string x, CancellationToken _) =>
                {
                    await world.Delay(x == "deaf" ? 300 : 50);
                    return x;
                },
                o => o.Speculate().Concurrency(1).Capacity(2, QueueFullMode.Reject))
            .Build(world.Eager(o => o.Grace = 10.Seconds()));
        Turn<string> turn = chain.Start("");
        Assert.Equal("right", await turn.Output.SingleAsync());
        Assert.Equal(360, Math.Round((await turn.Completion).Report.Elapsed.TotalMilliseconds));
    });

    [Fact]
    public void WrongGuess_HoldsADevice_ItsLeaseIsThereForTheRightOne() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1) with { MaxLeases = 1 }]);
        var model = new Worker<string, string>(world, 1000, x => x);
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((50, "wrong"), (100, "right")))
            .Then("model", model, o => o.Speculate().On("cpu"))
            .Build(world.Eager(o => o.Devices = devices));
        TurnResult result = await chain.ResultAsync("");
        Assert.Equal([(50.0, "wrong", 100.0, true), (100.0, "right", 1100.0, false)], model.Runs);
        Assert.Equal(1100, result.Report.Elapsed.Ms());
        Assert.Equal(0, devices.OpenLeases);
    });
}

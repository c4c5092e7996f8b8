using AgentChain.Devices;
using AgentChain.Simulation;
using AgentChain.Speculation;

namespace AgentChain.Tests.Engine.Speculation;

public class AdoptedRunsTests
{
    /// <summary>
    /// A hypothesis that is published again, as a recognizer does while the silence grows, ends nothing that was begun on it.
    /// </summary>
    [Fact]
    public void Start_HypothesisPublishedAgain_KeepsTheRunsForEachItem()
    {
        TurnReport report = VirtualWorld.Run(async world =>
        {
            await using StreamChain<string, string> chain = Chain.From<string>("voice")
                .Revise("listen", Repeating(100, 200, 300))
                .Stream("respond", Stream(10), o => o.Speculate())
                .StreamEach("speak", Stream(20), o => o.Speculate())
                .Build(world.Options(o => o.Speculation = new SpeculationOptions { Controller = new EagerController() }));
            await using Turn<string> turn = chain.Start("hello");
            return (await turn.Completion).Report;
        });
        Assert.Equal((2, 2, 0), (report.Speculation.Started, report.Speculation.Committed, report.Speculation.Terminated));
        Assert.Equal(500.Milliseconds(), report.FirstOutput);
    }

    /// <summary>
    /// A run that was committed while it waits for a device has the priority of any committed run, and keeps its arrival order.
    /// </summary>
    [Fact]
    public void Commit_RunWaitsForItsDevice_GoesBeforeCertainWorkThatCameLater() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1) with { MaxLeases = 1 }]);
        DeviceLease held = await devices.AcquireAsync(new PlacementRequest("before", DeviceRequest.Any), default);
        await using Chain<string, string> early = Chain.From<string>("early")
            .Revise("listen", world.Hears((50, "hello"), (100, "hello")))
            .Then("respond", new Worker<string, string>(world, 10, x => x), o => o.Speculate().On("cpu"))
            .Build(world.Eager(o => o.Devices = devices));
        await using Chain<string, string> later = Chain.From<string>("later")
            .Then("respond", new Worker<string, string>(world, 10, x => x), o => o.On("cpu"))
            .Build(world.Options(o => o.Devices = devices));

        Task<TurnResult> first = early.ResultAsync("");
        await world.Delay(70);
        Task<TurnResult> second = later.ResultAsync("");
        await world.Delay(130);
        held.Dispose();

        TurnReport report = (await first).Report;
        Assert.Equal((210.0, 1), (report.Elapsed.Ms(), report.Speculation.Committed));
        Assert.Equal(150, (await second).Report.Elapsed.Ms());
    });

    /// <summary>Before a block's first prefill, its working time is the estimate of the prefill's time.</summary>
    [Fact]
    public void Start_NeverPrefilled_IsPrefilledOnceItsWorkIsKnown()
    {
        (int first, int second) = VirtualWorld.Run(async world =>
        {
            await using Chain<string, string> chain = Chain.From<string>("voice")
                .Revise("listen", Repeating(100))
                .Then("respond", new Warmed(), o => o.Speculate(SpeculationLevel.Prefill))
                .Build(world.Options(_ => { }));
            var prefills = new List<int>();
            for (int i = 0; i < 2; i++)
            {
                await using Turn<string> turn = chain.Start("hello");
                prefills.Add((await turn.Completion).Report.Speculation.Prefills);
            }

            return (prefills[0], prefills[1]);
        });
        Assert.Equal((0, 1), (first, second));
    }

    static SimulatedRevisingBlock<string, string> Repeating(params int[] times) => new(text =>
    [
        .. times.Select(at => new TimedHypothesis<string>(at.Milliseconds(), Hypothesis.Tentative(text, 0.9))),
        new(500.Milliseconds(), Hypothesis.Final(text)),
    ]);

    static SimulatedStreamBlock<string, string> Stream(int time) =>
        new(LatencyModel.Fixed(time.Milliseconds()), LatencyModel.Fixed(TimeSpan.Zero), text => [text]);

    sealed class Warmed : IBlock<string, string>, IPrefill<string>
    {
        public async ValueTask<string> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken)
        {
            await Task.Delay(50.Milliseconds(), context.Time, cancellationToken);
            return input;
        }

        public async ValueTask PrefillAsync(string input, BlockContext context, CancellationToken cancellationToken) =>
            await Task.Delay(20.Milliseconds(), context.Time, cancellationToken);
    }
}

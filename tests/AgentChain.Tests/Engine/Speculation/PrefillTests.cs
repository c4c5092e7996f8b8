using AgentChain.Simulation;
using AgentChain.Speculation;

namespace AgentChain.Tests.Engine.Speculation;

/// <summary>Blocks that are warmed on hypotheses.</summary>
public class PrefillTests
{
    [Fact]
    public void Prefill_HypothesesComeFasterThanItWarms_TheOnesBetweenAreSkipped() => VirtualWorld.Run(async world =>
    {
        var model = new Model(world, 100);
        await using Chain<string, string> chain = Voice(world, model, (10, "a"), (20, "a b"), (30, "a b c"), (500, "a b c"));
        TurnResult result = await chain.ResultAsync("");
        Assert.Equal(["10 warms a", "110 warms a b c", "500 runs a b c"], model.Calls);
        Assert.Equal((0, 2, 200.0), (result.Report.Speculation.Started, result.Report.Speculation.Prefills, result.Report.Speculation.Prefilling.Ms()));
        Assert.Equal(2, result.Report.Spans.Count(s => s.Notes == SpanNotes.Prefill));
    });

    [Fact]
    public void FinalValue_EqualToTheOneThatWarms_WaitsForIt() => VirtualWorld.Run(async world =>
    {
        var model = new Model(world, 100);
        await using Chain<string, string> chain = Voice(world, model, (10, "a"), (50, "a"));
        await chain.ResultAsync("");
        Assert.Equal(["10 warms a", "110 runs a"], model.Calls);
    });

    [Fact]
    public void FinalValue_OtherThanTheOneThatWarms_CancelsItFirst() => VirtualWorld.Run(async world =>
    {
        var model = new Model(world, 100);
        await using Chain<string, string> chain = Voice(world, model, (10, "a"), (50, "b"));
        await chain.ResultAsync("");
        Assert.Equal(["10 warms a", "50 cancelled a", "50 runs b"], model.Calls);
    });

    [Fact]
    public void Prefill_DoesNotObeyItsToken_IsLeftBehindAfterTheGrace() => VirtualWorld.Run(async world =>
    {
        var model = new Model(world, 1000) { IsDeaf = true };
        await using Chain<string, string> chain = Voice(world, model, (10, "a"), (50, "b"));
        TurnResult result = await chain.ResultAsync("");
        Assert.Equal(["10 warms a", "150 runs b"], model.Calls);
        Assert.Equal(TurnOutcome.Completed, result.Outcome);
        await world.Delay(2000);
        Assert.Equal(0, chain.DetachedBlocks);
    });

    [Fact]
    public void FinalValue_EqualToOneThatWarmsTooLong_RunsAllTheSame() => VirtualWorld.Run(async world =>
    {
        foreach (bool deaf in new[] { false, true })
        {
            var model = new Model(world, 60_000) { IsDeaf = deaf };
            await using Chain<string, string> chain = Voice(world, model, (10, "a"), (50, "a"));
            TurnResult result = await chain.ResultAsync("");

            // After a second it is told to stop, and after the grace of 100 ms left behind.
            Assert.Equal((TurnOutcome.Completed, deaf ? 1160.0 : 1060.0), (result.Outcome, result.Report.Elapsed.Ms()));
        }
    });

    [Fact]
    public void Prefill_Throws_CountsAsNotWarmed() => VirtualWorld.Run(async world =>
    {
        var model = new Model(world, 10) { Throws = true };
        await using Chain<string, string> chain = Voice(world, model, (10, "a"), (50, "a"));
        TurnResult result = await chain.ResultAsync("");
        Assert.Equal((TurnOutcome.Completed, 1), (result.Outcome, result.Report.Speculation.Faults));
    });

    [Fact]
    public void Prefill_HypothesisRepeated_IsNotWarmedAgain() => VirtualWorld.Run(async world =>
    {
        var model = new Model(world, 100);
        await using Chain<string, string> chain = Voice(world, model, (10, "a"), (300, "a"), (500, "a"));
        TurnResult result = await chain.ResultAsync("");
        Assert.Equal(["10 warms a", "500 runs a"], model.Calls);
        Assert.Equal(1, result.Report.Speculation.Prefills);
    });

    [Fact]
    public void Prefill_OnADevice_GivesItsLeaseBack() => VirtualWorld.Run(async world =>
    {
        using var devices = new AgentChain.Devices.DeviceScheduler([AgentChain.Devices.ComputeDevice.Cpu(1) with { MaxLeases = 1 }]);
        var model = new Model(world, 100);
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((10, "a"), (500, "b")))
            .Then("respond", model, o => o.Speculate(SpeculationLevel.Prefill).On("cpu"))
            .Build(world.Eager(o => o.Devices = devices));
        Turn<string> turn = chain.Start("");
        await world.Delay(50);
        Assert.Equal(1, devices.OpenLeases);
        await world.Delay(100);
        Assert.Equal(0, devices.OpenLeases);
        Assert.Equal("b", await turn.Output.SingleAsync());
        Assert.Equal(0, devices.OpenLeases);
    });

    static Chain<string, string> Voice(VirtualWorld world, Model model, params (double At, string Value)[] heard) => Chain.From<string>("voice")
        .Revise("listen", world.Hears(heard))
        .Then("respond", model, o => o.Speculate(SpeculationLevel.Prefill))
        .Build(world.Eager());

    sealed class Model(VirtualWorld world, double warming) : IBlock<string, string>, IPrefill<string>
    {
        public List<string> Calls { get; } = [];

        public bool IsDeaf { get; init; }

        public bool Throws { get; init; }

        public async ValueTask<string> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken)
        {
            Calls.Add($"{world.Elapsed.Ms()} runs {input}");
            await world.Delay(10, cancellationToken);
            return input;
        }

        public async ValueTask PrefillAsync(string input, BlockContext context, CancellationToken cancellationToken)
        {
            Calls.Add($"{world.Elapsed.Ms()} warms {input}");
            try
            {
                await world.Delay(warming, IsDeaf ? CancellationToken.None : cancellationToken);
            }
            catch (OperationCanceledException)
            {
                Calls.Add($"{world.Elapsed.Ms()} cancelled {input}");
                throw;
            }

            if (Throws)
            {
                throw new InvalidOperationException();
            }
        }
    }
}

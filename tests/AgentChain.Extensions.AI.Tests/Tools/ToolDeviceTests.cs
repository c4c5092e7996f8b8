using AgentChain.Devices;
using AgentChain.Extensions.AI.Tests.Agents;
using AgentChain.Extensions.AI.Tests.Early;
using AgentChain.Simulation;
using AgentChain.Speculation;
using Microsoft.Extensions.AI;
using static AgentChain.Extensions.AI.Tests.Early.EarlyDesk;

namespace AgentChain.Extensions.AI.Tests.Tools;

/// <summary>Tools that run with a lease of a device.</summary>
public sealed class ToolDeviceTests
{
    [Fact]
    public void Device_CallRuns_HoldsALeaseThatTheToolFinds() => VirtualWorld.Run(async world =>
    {
        using DeviceScheduler devices = Devices(1);
        var look = new TimedTool(world, "look", 300);
        var model = new ScriptedModel(world, [Call("1", 7), Call("2", 8)], ["found"]);
        await using var chain = Desk(world, devices, model, a => a.Tool(look, OnGpu));

        await using Turn<ChatResponseUpdate> turn = chain.Start(Request());
        await world.Delay(100);
        Assert.Equal((1, 1), (devices.OpenLeases, look.Running));
        TurnReport report = (await turn.Completion).Report;

        Assert.Equal(["0 began", "300 ended", "300 began", "600 ended"], look.Runs);
        Assert.All(look.Calls, call => Assert.Equal(("gpu", "agent/look", true), (call.Lease!.Device.Name, call.Lease.Holder, call.Lease.IsReleased)));
        Assert.Equal(0, devices.OpenLeases);
        Assert.Contains(report.Spans, span => span.Block == "agent/look" && span.Started - span.Queued == 300.Milliseconds());
    });

    [Theory]
    [InlineData("throws", 100, false)]
    [InlineData("late", 900, false)]
    [InlineData("late and deaf", 900, true)]
    public void Device_CallFails_TheLeaseIsReleasedWhenTheToolHasEnded(string how, int ms, bool isDeaf) => VirtualWorld.Run(async world =>
    {
        using DeviceScheduler devices = Devices(1);
        var look = new TimedTool(world, "look", ms, how == "throws" ? _ => throw new InvalidOperationException() : null) { IsDeaf = isDeaf };
        var model = new ScriptedModel(world, [Call("1", 7)], [500, "sorry"]);
        await using var chain = Desk(world, devices, model, a => a.Tool(look, t => OnGpu(t.Budget(200.Milliseconds()))));

        await chain.AnswerAsync(Request());

        Assert.Equal(isDeaf ? 1 : 0, devices.OpenLeases);
        await world.Delay(900);
        Assert.Equal(0, devices.OpenLeases);
    });

    [Fact]
    public void Device_TurnInterruptedWhileCallsRunAndWait_AllLeasesAreFree() => VirtualWorld.Run(async world =>
    {
        using DeviceScheduler devices = Devices(1);
        var look = new TimedTool(world, "look", 300);
        var model = new ScriptedModel(world, [Call("1", 7), Call("2", 8)], ["found"]);
        await using var chain = Desk(world, devices, model, a => a.Tool(look, OnGpu));
        Turn<ChatResponseUpdate> turn = chain.Start(Request());
        await world.Delay(100);

        turn.Interrupt();
        await turn.WhenQuiescentAsync();

        Assert.Equal((0, 0), (devices.OpenLeases, look.Running));
        Assert.Equal(["0 began"], look.Runs);
    });

    [Fact]
    public void Device_EarlyAndRealCallWait_TheRealOneGoesFirst() => VirtualWorld.Run(async world =>
    {
        using DeviceScheduler devices = Devices(1);
        var look = new TimedTool(world, "look", 300, arguments => $"look {arguments["n"]}");
        var model = new ScriptedModel(world, [Call("1", 1), 50, Call("2", 2), 50, "wait", 800], ["found"]);
        await using var chain = Desk(world, devices, model, a => a.Tool(look, OnGpu)
            .Early((moment, token) => moment.Tool is null ? Later(world, token) : AsyncEnumerable.Empty<EarlyCall>()));

        await chain.AnswerAsync(Request());

        Assert.Equal(["{\"n\":1}", "{\"n\":2}", "{\"n\":7}"], look.Calls.Select(call => call.CommitKey));
        Assert.Equal(0, devices.OpenLeases);
    });

    [Fact]
    public void Device_WrongGuessHoldsTheDevice_TheModelsCallTakesItAtOnce() => VirtualWorld.Run(async world =>
    {
        using DeviceScheduler devices = Devices(1);
        var look = new TimedTool(world, "look", 900);
        var list = new TimedTool(world, "list", 100);
        var model = new ScriptedModel(world, [200, Call("1", 8, "list")], ["found"]);
        await using var chain = Desk(world, devices, model, a => a.Tool(look, OnGpu).Tool(list, OnGpu).Early(_ => [Look(7)]));

        (_, TurnReport report) = await chain.AnswerAsync(Request());

        Assert.Equal(["0 began"], look.Runs);
        Assert.Equal(["200 began", "300 ended"], list.Runs);
        Assert.Equal((1, 0), (report.Speculation.Terminated, devices.OpenLeases));
    });

    [Fact]
    public void Device_EarlyCallWaitsAndTheModelMakesIt_TheOtherGuessGivesWay() => VirtualWorld.Run(async world =>
    {
        using DeviceScheduler devices = Devices(1);
        var look = new TimedTool(world, "look", 900, arguments => $"look {arguments["n"]}");
        var model = new ScriptedModel(world, [200, Call("1", 8)], ["found"]);
        await using var chain = Desk(world, devices, model, a => a.Tool(look, OnGpu).Early(_ => [Look(7), Look(8)]));

        await chain.AnswerAsync(Request());

        Assert.Equal(["0 began", "200 began", "1100 ended"], look.Runs);
    });

    [Fact]
    public void Device_SchedulerThrows_TheCallFailsAndTheTurnGoesOn() => VirtualWorld.Run(async world =>
    {
        using DeviceScheduler devices = Devices(1);
        var look = new TimedTool(world, "look", 300);
        var model = new ScriptedModel(world, [Call("1", 7)], ["sorry"]);
        await using var chain = Desk(world, new BrokenScheduler(devices), model, a => a.Tool(look, OnGpu));

        (IReadOnlyList<ChatResponseUpdate> said, _) = await chain.AnswerAsync(Request());

        Assert.Equal("sorry", said[^1].Text);
        Assert.Equal("tool: #1=failed", model.Requests[1].Messages.Lines()[^1]);
        Assert.Empty(look.Runs);
    });

    [Fact]
    public void Build_DeviceIsMissingOrHeldByTheBlock_Fails()
    {
        using DeviceScheduler devices = Devices(1);
        using ScriptedClient client = ScriptedClient.Says("yes");
        AIFunction look = AIFunctionFactory.Create((int n) => n, "look");

        string missing = Error(client.AsAgent(a => a.Tool(look, t => t.On("cuda:7"))), _ => { });
        string kind = Error(client.AsAgent(a => a.Tool(look, t => t.On(DeviceKind.Cuda))), _ => { });
        string held = Error(client.AsAgent(a => a.Tool(look, t => t.On("gpu"))), o => o.On("gpu"));
        string team = Error(HandoffBlock.Of(t => t.Agent("a", "", client).Agent("b", "", client, b => b.Tool(look, one => one.On("cuda:7")))), _ => { });

        Assert.Contains("Block 'agent/look' requests cuda:7, which is not present", missing, StringComparison.Ordinal);
        Assert.Contains("requests any Cuda device", kind, StringComparison.Ordinal);
        Assert.Contains("holds while it waits", held, StringComparison.Ordinal);
        Assert.Contains("Block 'agent/look' requests cuda:7", team, StringComparison.Ordinal);

        string Error(IStreamBlock<AgentRequest, ChatResponseUpdate> agent, Action<StreamSetup<AgentRequest, ChatResponseUpdate>> options) =>
            Assert.Throws<ChainValidationException>(() => Chain.From<AgentRequest>("desk").Stream("agent", agent, options).Build(new ChainOptions { Devices = devices })).Message;
    }

    static DeviceScheduler Devices(int leases) => new([ComputeDevice.Cpu(1) with { Name = "gpu", MaxLeases = leases }]);

    static void OnGpu(ToolSetup tool) => tool.Effect(Effect.Pure).On("gpu");

    static StreamChain<AgentRequest, ChatResponseUpdate> Desk(
        VirtualWorld world, IDeviceScheduler devices, ScriptedModel model, Action<AgentSetup> setup) =>
        Chain.From<AgentRequest>("desk").Stream("agent", model.Client.AsAgent(setup)).Build(world.Options(o =>
        {
            o.Devices = devices;
            o.Speculation = new SpeculationOptions { Controller = new EagerController() };
        }));

    static async IAsyncEnumerable<EarlyCall> Later(
        VirtualWorld world, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        await world.Delay(10, token);
        yield return Look(7);
    }

    sealed class BrokenScheduler(DeviceScheduler inner) : IDeviceScheduler
    {
        public IReadOnlyList<ComputeDevice> Devices => inner.Devices;

        public int OpenLeases => 0;

        public int StuckLanes => 0;

        public ValueTask<DeviceLease> AcquireAsync(PlacementRequest request, CancellationToken cancellationToken) => throw new InvalidOperationException();
    }
}

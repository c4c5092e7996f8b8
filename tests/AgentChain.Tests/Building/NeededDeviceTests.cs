using AgentChain.Blocks.Caching;
using AgentChain.Blocks.Hedging;
using AgentChain.Devices;

namespace AgentChain.Tests.Building;

/// <summary>A block that can only run on one device is refused by Build if it cannot get that device.</summary>
public sealed class NeededDeviceTests : IDisposable
{
    static readonly ComputeDevice Cpu = ComputeDevice.Cpu(1), Npu = new("npu:0", DeviceKind.Other);

    readonly DeviceScheduler _devices = new([Cpu, Npu]);

    static ChainBuilder<int, int> Start => Chain.From<int>("devices");

    public void Dispose() => _devices.Dispose();

    [Fact]
    public void Build_WithoutOn_SaysHowToAddIt()
    {
        const string Message = "Block 'model' needs a lane of npu:0; add it with o => o.On(\"npu:0\").";
        Refused(Message, Start.Then("model", new Model(Npu)));
        Refused(Message, Start.Stream("model", new Model(Npu)).Collect("all").Then("count", all => all.Count));
        Refused(Message, Start.Then("model", new CachingBlock<int, int, int>(new Model(Npu), x => x)));
        Refused(Message, Start.Then("model", new HedgedBlock<int, int>(new Model(Npu))));
        Refused(Message, Start.Stream("model", new HedgedStreamBlock<int, int>(new Model(Npu))).Collect("all").Then("count", all => all.Count));
        Refused("'left' needs", Start.Parallel("both", l => l.Then("left", new Model(Npu)), r => r.Then("right", x => x), (_, x, y) => x + y));
    }

    [Fact]
    public void Build_OnAnotherDevice_NamesBoth() =>
        Refused(
            "Block 'model' needs a lane of npu:0, but requests cpu; add it with o => o.On(\"npu:0\"), or load its model onto cpu.",
            Start.Then("model", new Model(Npu), o => o.On("cpu")));

    [Fact]
    public void Build_DeviceThatTheSchedulerLacks_ListsThoseThereAre() =>
        Refused(
            "Block 'model' needs a lane of npu:1, which is not present; available devices: cpu, npu:0.",
            Start.Then("model", new Model(new("npu:1", DeviceKind.Other)), o => o.On(DeviceKind.Other)));

    [Fact]
    public void Build_Fallback_IsRefusedBecauseItGetsNoDevice() =>
        Refused(
            "The fallback of block 'model' needs a lane of npu:0, but a fallback gets no device",
            Start.Then("model", new Model(Npu), o => o.On("npu:0").Budget(1.Seconds()).OnOverrun(Overrun.FallbackTo<int, int>((IBlock<int, int>)new Model(Npu)))));

    [Fact]
    public void Build_GetterThrows_NamesTheBlock() =>
        Refused("Block 'model' threw DivideByZeroException when it was asked", Start.Then("model", new Broken(), o => o.On("cpu")));

    [Fact]
    public async Task Build_OnItsDevice_IsAccepted()
    {
        await using Chain<int, int> chain = Start
            .Then("named", new Model(Npu), o => o.On("NPU:0"))
            .Then("kind", new Model(Cpu), o => o.On(DeviceKind.Cpu))
            .Then("none", new Model(null))
            .Build(new ChainOptions { Devices = _devices });

        Assert.Equal(1, await chain.RunAsync(1));
    }

    void Refused(string message, ChainBuilder<int, int> chain)
    {
        var error = Assert.Throws<ChainValidationException>(() => chain.Build(new ChainOptions { Devices = _devices }));
        Assert.Contains(message, Assert.Single(error.Errors), StringComparison.Ordinal);
    }

    sealed class Model(ComputeDevice? device) : IBlock<int, int>, IStreamBlock<int, int>, INeedsDevice
    {
        public ComputeDevice? Device => device;

        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => new(input);

        async IAsyncEnumerable<int> IStreamBlock<int, int>.InvokeAsync(
            int input, BlockContext context, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Yield();
            yield return input;
        }
    }

    sealed class Broken : IBlock<int, int>, INeedsDevice
    {
        public ComputeDevice? Device => throw new DivideByZeroException();

        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => new(input);
    }
}

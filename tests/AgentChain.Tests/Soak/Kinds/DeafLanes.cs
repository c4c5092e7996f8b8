using AgentChain.Blocks;
using AgentChain.Budgets;
using AgentChain.Devices;
using AgentChain.Turns;

namespace AgentChain.Tests.Soak.Kinds;

/// <summary>Turns whose kernel ignores its token on a device's lane: the lane is stuck until the kernel comes back, and free at the end.</summary>
sealed class DeafLanes : TurnKind
{
    readonly Chain<int, int> _chain;

    public DeafLanes(EndedTurns ended)
        : base("lanes that are stuck", 1, TurnOutcome.DeadlineExceeded)
    {
        var devices = new DeviceScheduler([ComputeDevice.Cpu(2) with { MaxLeases = 4 }]);
        _chain = Own(Chain.From<int>("stuck lanes")
            .Then("deaf", new Kernel(), o => o.On("cpu"))
            .Build(new ChainOptions
            {
                MeterFactory = ended,
                Devices = devices,
                Budget = LatencyBudget.Total(2.Milliseconds()),
                Grace = 2.Milliseconds(),
            }));
        OwnLast(devices);
    }

    public override async Task RunAsync(Operation operation)
    {
        Turn<int> turn = operation.Start(_chain, 1);
        await operation.ReadToEndAsync(turn, TurnOutcome.DeadlineExceeded);
    }

    sealed class Kernel : IBlock<int, int>
    {
        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => context.Lease!.Lane.RunAsync(
            input,
            static (x, _) =>
            {
                Thread.Sleep(40);
                return x;
            },
            cancellationToken);
    }
}

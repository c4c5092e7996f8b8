using System.Runtime.CompilerServices;
using AgentChain.Devices;

namespace AgentChain.Tests.Soak.Kinds;

/// <summary>Turns that wait for leases on two small devices and compute on their lanes; some are interrupted there.</summary>
sealed class LeasedDevices : TurnKind
{
    readonly StreamChain<int, int> _chain;

    public LeasedDevices(EndedTurns ended)
        : base("devices with leases", 50, TurnOutcome.Completed, TurnOutcome.Interrupted)
    {
        var devices = new DeviceScheduler([ComputeDevice.Cpu(2) with { MaxLeases = 3 }, new("npu", DeviceKind.Other) { MaxLeases = 2 }]);
        _chain = Own(Chain.From<int>("devices")
            .Then("kernel", new Kernel(), o => o.On("cpu").Concurrency(8))
            .Stream<int>("decode", (x, context, token) => DecodeAsync(x, context, token), o => o.On("npu"))
            .ThenEach("each", new Kernel(), o => o.On(DeviceKind.Cpu))
            .Build(new ChainOptions { MeterFactory = ended, Devices = devices, OutputCapacity = 2 }));
        OwnLast(devices);
    }

    public override async Task RunAsync(Operation operation)
    {
        int input = operation.Random.Next(100_000);
        bool isInterrupted = operation.Random.Next(3) == 0;
        await using Turn<int> turn = operation.Start(_chain, input);
        Task<(List<int> Items, TurnResult Result)> reading = isInterrupted
            ? operation.ReadToEndAsync(turn, TurnOutcome.Completed, TurnOutcome.Interrupted)
            : operation.ReadToEndAsync(turn, TurnOutcome.Completed);
        if (isInterrupted)
        {
            await operation.PauseAsync();
            turn.Interrupt();
        }

        (List<int> items, TurnResult result) = await reading;
        if (result.Outcome == TurnOutcome.Completed)
        {
            operation.Sum((3L * input) + 9, items.Sum(x => (long)x));
        }
    }

    static async IAsyncEnumerable<int> DecodeAsync(int x, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int i = 0; i < 3; i++)
        {
            yield return await context.Lease!.Lane.RunAsync(x + i, static (item, _) => item, cancellationToken);
        }
    }

    sealed class Kernel : IBlock<int, int>
    {
        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) =>
            context.Lease!.Lane.RunAsync(input, static (x, _) => x + 1, cancellationToken);
    }
}

using AgentChain.Devices;
using AgentChain.Simulation;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Building;

/// <content>The blocks that are kept warm.</content>
public partial class KeepWarmTests
{
    /// <summary>Works on the lanes of its devices, in slices.</summary>
    sealed class Native : IBlock<int, int>, IWarmUp
    {
        int _warmed;

        public int Warmed => Volatile.Read(ref _warmed);

        public async ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) =>
            await context.Lease!.Lane.RunAsync(input, static (x, _) => x, cancellationToken);

        public async ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _warmed);
            for (int i = 0; i < 50; i++)
            {
                await context.Lease!.Lane.RunAsync(i, static (x, _) =>
                {
                    Thread.SpinWait(2_000);
                    return x;
                }, cancellationToken);
            }
        }
    }

    sealed class Model(VirtualWorld world) : IBlock<int, int>, IWarmUp
    {
        public List<string> Warmed { get; } = [];

        public int Warming { get; private set; }

        public SimulatedDevice? Machine { get; init; }

        public double Work { get; init; } = 1;

        public double WarmUp { get; init; }

        public Func<BlockContext, CancellationToken, Task>? Effect { get; init; }

        public async ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken)
        {
            await RunAsync(Work, context, cancellationToken);
            return input;
        }

        public async ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken)
        {
            Warmed.Add($"{world.Elapsed.TotalMilliseconds:0} {context.Lease?.Device.Name ?? "none"}");
            Warming++;
            try
            {
                await (Effect?.Invoke(context, cancellationToken) ?? Task.CompletedTask);
                await RunAsync(WarmUp, context, cancellationToken);
            }
            finally
            {
                Warming--;
            }
        }

        async Task RunAsync(double work, BlockContext context, CancellationToken cancellationToken)
        {
            if (Machine is not null)
            {
                await Machine.RunAsync(TimeSpan.FromMilliseconds(work), context, cancellationToken);
            }
            else if (work > 0)
            {
                await world.Delay(work, cancellationToken);
            }
        }
    }
}

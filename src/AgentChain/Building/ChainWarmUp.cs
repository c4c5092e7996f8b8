using AgentChain.Blocks;
using AgentChain.Devices;
using AgentChain.Flow;
using AgentChain.Turns;

namespace AgentChain.Building;

/// <summary>Warms up a chain's blocks.</summary>
static class ChainWarmUp
{
    public static async ValueTask RunAsync(ChainRuntime runtime, IReadOnlyList<BlueprintNode> nodes, CancellationToken cancellationToken)
    {
        HostThread.Leave();
        long start = runtime.Now;
        int count = 0;
        foreach ((BlueprintNode node, string name) in All(nodes, ""))
        {
            foreach (IWarmUp block in node.Blocks.OfType<IWarmUp>())
            {
                count++;
                try
                {
                    using DeviceLease? lease = node.Settings.Device is { } device
                        ? await runtime.Devices.AcquireAsync(new PlacementRequest(name, device), cancellationToken)
                        : null;
                    await block.WarmUpAsync(new BlockContext(new WarmUpScope(name, runtime.Time, lease, cancellationToken)), cancellationToken);
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    throw new BlockFailedException(name, error);
                }
            }
        }

        double elapsed = runtime.Time.GetElapsedTime(start).TotalMilliseconds;
        runtime.Log.WarmedUp(runtime.Name, count, elapsed);
    }

    static IEnumerable<(BlueprintNode Node, string Name)> All(IReadOnlyList<BlueprintNode> nodes, string prefix) =>
        nodes.SelectMany(node => node.Branches
            .SelectMany(branch => All(branch.Nodes, node.Kind == NodeKind.SubChain ? $"{prefix}{node.Name}/" : prefix))
            .Prepend((node, prefix + node.Name)));

    sealed class WarmUpScope(string name, TimeProvider time, DeviceLease? lease, CancellationToken token) : IBlockScope
    {
        public Baggage? Baggage { get; set; }

        public TurnId TurnId => default;

        public string BlockName => name;

        public TimeSpan Remaining => Timeout.InfiniteTimeSpan;

        public TimeProvider Time => time;

        public DeviceLease? Lease => lease;

        public CancellationToken TurnToken => token;

        public void InputEnded(long last, long known) => throw new InvalidOperationException($"Block '{name}' is warming up and has no input.");
    }
}

using AgentChain.Blocks;
using AgentChain.Devices;
using AgentChain.Engine.Primitives;
using AgentChain.Engine.Runs;
using AgentChain.Engine.Turns;

namespace AgentChain.Building;

/// <summary>Warms up a chain's blocks.</summary>
static class ChainWarmUp
{
    public static async ValueTask RunAsync(ChainRuntime runtime, IReadOnlyList<BlueprintNode> nodes, CancellationToken cancellationToken)
    {
        HostThread.Leave();
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, runtime.WarmUps.Closed);
        if (runtime.IsClosed)
        {
            throw new TurnRejectedException(null, runtime.WhyNot());
        }

        long start = runtime.Now;
        int count = 0;
        foreach ((BlueprintNode node, string name) in BlueprintNode.All(nodes))
        {
            foreach (IWarmUp block in node.Blocks.OfType<IWarmUp>())
            {
                count++;
                try
                {
                    await WarmUpAsync(runtime, block, new BlockNode(runtime, name, node.Settings), until.Token);
                }
                catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
                {
                    // The exception names the caller's token, which it knows, not the linked one.
                    throw new OperationCanceledException(cancellationToken);
                }
                catch (OperationCanceledException) when (runtime.IsClosed)
                {
                    throw new TurnInterruptedException();
                }
                catch (Exception error)
                {
                    throw new BlockFailedException(name, error);
                }
            }
        }

        double elapsed = runtime.Time.GetElapsedTime(start).TotalMilliseconds;
        runtime.Log.WarmedUp(runtime.Name, count, elapsed);
    }

    /// <summary>Warms up one block. The token ends the wait even if the block or the scheduler does not observe it.</summary>
    static async Task WarmUpAsync(ChainRuntime runtime, IWarmUp block, BlockNode node, CancellationToken cancellationToken)
    {
        DeviceLease? lease = null;
        if (node.Settings.Device is { } device)
        {
            Task<DeviceLease> asked = runtime.Devices
                .AcquireAsync(new PlacementRequest(node.Name, device), cancellationToken)
                .AsGuardedTask();
            try
            {
                lease = node.Accept(await asked.WaitAsync(cancellationToken), device);
            }
            catch (OperationCanceledException)
            {
                _ = ReleaseLateAsync(asked, node);
                throw;
            }
        }

        Task? warming = null;
        TaskCompletionSource? place = null;
        try
        {
            var context = new BlockContext(new WarmUpScope(node.Name, runtime.Time, lease, cancellationToken));
            place = runtime.WarmUps.Begin(runtime.Continuations) ?? throw new OperationCanceledException();
            warming = block.WarmUpAsync(context, cancellationToken).AsGuardedTask();
            await warming.WaitAsync(cancellationToken);
        }
        finally
        {
            if (warming is { IsCompleted: false })
            {
                lease?.Lane.MarkStuck();
            }

            if (place is not null)
            {
                runtime.WarmUps.EndWith(place, warming);
            }

            node.Release(lease);
        }
    }

    /// <summary>Releases a lease that arrives after its wait was canceled.</summary>
    static async Task ReleaseLateAsync(Task<DeviceLease> asked, BlockNode node)
    {
        try
        {
            node.Release(await asked);
        }
        catch (Exception)
        {
            // There is no lease to release.
        }
    }

    sealed class WarmUpScope(string name, TimeProvider time, DeviceLease? lease, CancellationToken token) : IBlockScope
    {
        public Baggage? Baggage { get; set; }

        public TurnId TurnId => default;

        public string BlockName => name;

        public TimeSpan Remaining => Timeout.InfiniteTimeSpan;

        public TimeProvider Time => time;

        public DeviceLease? Lease => lease;

        public CancellationToken TurnToken => token;

        public bool IsWarmUp => true;

        public void InputEnded(long last, long known) =>
            throw new InvalidOperationException($"Block '{name}' is warming up and has no input.");
    }
}

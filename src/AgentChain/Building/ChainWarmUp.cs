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
                    IReadOnlyList<ComputeDevice> devices = WarmDevices(runtime, node, block);
                    await WarmUpAsync(runtime, block, new BlockNode(runtime, name, node.Settings), devices, until.Token);
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

    /// <summary>Returns what is known of each block and each device on which it may run.</summary>
    public static ChainReadiness Readiness(ChainRuntime runtime, IReadOnlyList<BlueprintNode> nodes)
    {
        List<BlockReadiness> all = [];
        foreach ((BlueprintNode node, string name) in BlueprintNode.All(nodes))
        {
            bool isWarm = !node.Blocks.OfType<IWarmUp>().Any();
            if (node.Settings.Device is not { } request)
            {
                if (!isWarm)
                {
                    all.Add(HasInnerDevice(runtime, node) ? ReadinessOf(runtime, name, "") : new(name, "", ReadinessState.DeviceLost));
                }

                continue;
            }

            foreach (ComputeDevice device in DevicesOf(runtime, node, request))
            {
                all.Add(!runtime.Devices.IsPresent(device) ? new(name, device.Name, ReadinessState.DeviceLost)
                    : isWarm ? new(name, device.Name, ReadinessState.Ready)
                    : ReadinessOf(runtime, name, device.Name));
            }
        }

        return new ChainReadiness(all);
    }

    /// <summary>Returns what is known of a block that warms up, on a device that is there.</summary>
    static BlockReadiness ReadinessOf(ChainRuntime runtime, string block, string device)
    {
        ShapeReadiness[] shapes =
        [
            .. runtime.WarmUps.ShapesOf(block, device).Select(shape => new ShapeReadiness(
                shape.Shape,
                shape.Device,
                !IsPresent(runtime, shape.Device) ? ReadinessState.DeviceLost : shape.HasRun ? ReadinessState.Ready : ReadinessState.Cold)),
        ];
        ReadinessState state = runtime.WarmUps.Of(block, device) switch
        {
            null => ReadinessState.Cold,
            false => ReadinessState.Failed,
            _ when Array.Exists(shapes, static shape => shape.State == ReadinessState.Cold) => ReadinessState.Cold,
            _ when shapes.Length > 0 && Array.TrueForAll(shapes, static shape => shape.State == ReadinessState.DeviceLost) => ReadinessState.DeviceLost,
            _ => ReadinessState.Ready,
        };
        return new(block, device, state) { Shapes = shapes };
    }

    /// <summary>Whether a device is there of those that the works inside a block request; true if they request none.</summary>
    static bool HasInnerDevice(ChainRuntime runtime, BlueprintNode node)
    {
        DeviceRequest[] inner = [.. node.InnerDevices.Select(one => one.Device)];
        return inner.Length == 0 || runtime.Devices.Devices.Any(device => Array.Exists(inner, request => request.Accepts(device)) && runtime.Devices.IsPresent(device));
    }

    static bool IsPresent(ChainRuntime runtime, string device) =>
        runtime.Devices.Devices.FirstOrDefault(one => one.IsNamed(device)) is not { } found || runtime.Devices.IsPresent(found);

    /// <summary>Returns the devices on which a block may run: the one that it needs, or those that it requests.</summary>
    static IReadOnlyList<ComputeDevice> DevicesOf(ChainRuntime runtime, BlueprintNode node, DeviceRequest request)
    {
        IReadOnlyList<ComputeDevice> devices = runtime.Devices.Devices;
        IReadOnlyList<ComputeDevice> present = request.Among(devices.Where(runtime.Devices.IsPresent));
        IReadOnlyList<ComputeDevice> asked = present.Count > 0 ? present : request.Among(devices);
        string[] needed = [.. node.Blocks.OfType<INeedsDevice>().Select(block => block.Device?.Name).OfType<string>()];
        ComputeDevice[] own = [.. asked.Where(device => needed.Contains(device.Name, StringComparer.OrdinalIgnoreCase))];
        return own.Length > 0 ? own : asked;
    }

    /// <summary>Returns the devices on which a block that requests one is warmed up.</summary>
    public static IReadOnlyList<ComputeDevice> WarmDevices(ChainRuntime runtime, BlueprintNode node, IWarmUp block) =>
        node.Settings.Device is not { } request ? []
        : (block as INeedsDevice)?.Device is { } own ? [own]
        : DevicesOf(runtime, node, request);

    /// <summary>Warms up one block on every device on which it may run and that is there.</summary>
    static async Task WarmUpAsync(
        ChainRuntime runtime, IWarmUp block, BlockNode node, IReadOnlyList<ComputeDevice> devices, CancellationToken cancellationToken)
    {
        ComputeDevice?[] all = devices.Count == 0 ? [null] : [.. devices];
        foreach (ComputeDevice? device in all)
        {
            await WarmUpAsync(runtime, block, node, device, tick: null, cancellationToken);
            runtime.KeepsWarm?.Used(node.Name, device?.Name ?? "");
        }
    }

    /// <summary>Warms up one block on a device, and records how that ended; not if it gave way to other work, or failed because the device is lost.</summary>
    /// <param name="runtime">The chain.</param>
    /// <param name="block">The block.</param>
    /// <param name="node">Its name and settings.</param>
    /// <param name="device">The device; null for none.</param>
    /// <param name="tick">What gives way when other work wants the device; null for a warm-up that does not.</param>
    /// <param name="cancellationToken">The token that ends the warm-up.</param>
    public static async Task WarmUpAsync(
        ChainRuntime runtime, IWarmUp block, BlockNode node, ComputeDevice? device, WarmTick? tick, CancellationToken cancellationToken)
    {
        string name = device?.Name ?? "";
        int losses = runtime.WarmUps.LossesOf(name);
        bool succeeded = false;
        try
        {
            await RunAsync(runtime, block, node, device, tick, cancellationToken);
            succeeded = true;
        }
        finally
        {
            if (succeeded || ((tick is null || !cancellationToken.IsCancellationRequested) && IsPresent(runtime, name)))
            {
                runtime.WarmUps.Ended(node.Name, name, succeeded, losses);
            }
        }
    }

    /// <summary>Warms up one block. The token ends the wait even if the block or the scheduler does not observe it.</summary>
    static async Task RunAsync(
        ChainRuntime runtime, IWarmUp block, BlockNode node, ComputeDevice? on, WarmTick? tick, CancellationToken cancellationToken)
    {
        Action? giveWay = tick is null ? null : tick.GiveWay;
        DeviceLease? lease = null;
        if (on is not null)
        {
            DeviceRequest device = DeviceRequest.Named(on.Name);
            Task<DeviceLease> asked = runtime.Devices
                .AcquireAsync(new PlacementRequest(node.Name, device) { IsSpeculative = giveWay is not null, Yield = giveWay }, cancellationToken)
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
        var leases = new WarmUpLeases(node);
        try
        {
            var context = new BlockContext(new WarmUpScope(runtime, node, lease, leases, giveWay, cancellationToken));
            place = runtime.WarmUps.Begin(runtime.Continuations) ?? throw new OperationCanceledException();
            cancellationToken.ThrowIfCancellationRequested();

            // A task of its own, because a block can work, or hang, before its first await.
            warming = Task.Factory.StartNew(
                () => block.WarmUpAsync(context, cancellationToken).AsGuardedTask(), CancellationToken.None, TaskCreationOptions.DenyChildAttach, runtime.Scheduler).Unwrap();
            tick?.Warming = warming;
            await warming.WaitAsync(cancellationToken);
        }
        finally
        {
            if (warming is { IsCompleted: false } && giveWay is not null)
            {
                // It was canceled to give way: it keeps its lease until its current slice ends.
                await EndedAsync(warming, runtime);
            }

            if (warming is { IsCompleted: false })
            {
                lease?.Lane.MarkStuck();
            }

            // Before the place, for which the chain's disposal waits.
            leases.End(goesOn: warming is { IsCompleted: false });
            node.Release(lease);
            if (place is not null)
            {
                runtime.WarmUps.EndWith(place, warming);
            }
        }
    }

    /// <summary>Waits until a canceled warm-up has ended, however, for at most a grace period.</summary>
    static async Task EndedAsync(Task warming, ChainRuntime runtime)
    {
        try
        {
            await warming.WaitAsync(runtime.Settings.Grace, runtime.Time);
        }
        catch (Exception)
        {
            // It has ended as it was told to, or does not observe its token.
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
}

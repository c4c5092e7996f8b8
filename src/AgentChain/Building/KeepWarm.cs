using System.Collections.Concurrent;
using AgentChain.Blocks;
using AgentChain.Devices;
using AgentChain.Engine.Turns;

namespace AgentChain.Building;

/// <summary>
/// Warms up again, on each device, the blocks that were idle there for a period, and at once those whose device is back.
/// <code>
///   timer ──(1) who was idle for the period, or is cold again? ──(2) warm-up, each by itself ── ended, failed, or gave way
///     ^                                                                                                        │
///     └────────────────────────────(3) when the next one will have been idle for the period ────────────────────┘
/// </code>
/// A warm-up holds a speculative lease and gives way to any other work: the scheduler tells it of requests for its device
/// (<see cref="PlacementRequest.Yield"/>), the engine of runs of a block without one.
/// </summary>
sealed class KeepWarm : IKeepsWarm
{
    readonly ChainRuntime _runtime;
    readonly TimeSpan _period;
    readonly (BlockNode Node, BlueprintNode Blueprint, IWarmUp Block)[] _blocks;
    readonly long _start;
    readonly Lock _lock = new();
    readonly Dictionary<(IWarmUp Block, string Device), WarmTick> _running = [];
    readonly ConcurrentDictionary<(string Block, string Device), long> _used = [];
    readonly Dictionary<(string Block, string Device), int> _tried = [];
    readonly ITimer? _timer;
    volatile int _withoutDevice;
    int _changes, _looks;

    public KeepWarm(ChainRuntime runtime, IReadOnlyList<BlueprintNode> nodes, TimeSpan period)
    {
        (_runtime, _period, _start) = (runtime, period, runtime.Time.Now());
        _blocks =
        [
            .. BlueprintNode.All(nodes).SelectMany(block => block.Node.Blocks.OfType<IWarmUp>().Select(
                warm => (new BlockNode(runtime, block.Name, block.Node.Settings), block.Node, warm))),
        ];

        // Periodic, so that it goes on if a clock of the host's does not set it once.
        _timer = _blocks.Length == 0 ? null : runtime.Time.Timer(_ => LookSoon(), Least(period), Least(period));
    }

    public void Used(string block, string device) => _used[(block, device)] = _runtime.Time.Now();

    public void Began(string block)
    {
        if (_withoutDevice == 0)
        {
            return;
        }

        WarmTick[] ticks;
        lock (_lock)
        {
            ticks = [.. _running.Where(one => one.Key.Device.Length == 0 && one.Value.Block == block).Select(one => one.Value)];
        }

        foreach (WarmTick tick in ticks)
        {
            tick.GiveWay();
        }
    }

    public void Look()
    {
        Interlocked.Increment(ref _changes);
        LookSoon();
    }

    public void Dispose() => _timer.Stop();

    /// <summary>Returns a time that any timer can wait.</summary>
    static TimeSpan Least(TimeSpan wait) => wait < TimeSpan.FromDays(1) ? wait : TimeSpan.FromDays(1);

    /// <summary>Looks on the chain's scheduler. One look that waits there is enough, however often devices come and go.</summary>
    void LookSoon()
    {
        if (!_runtime.IsDraining && Interlocked.Exchange(ref _looks, 1) == 0)
        {
            _runtime.Queue(this, static own =>
            {
                own.Tick();
                return Task.CompletedTask;
            });
        }
    }

    void Tick()
    {
        Interlocked.Exchange(ref _looks, 0);
        TimeSpan next = _period;
        foreach ((BlockNode node, BlueprintNode blueprint, IWarmUp block) in _blocks)
        {
            foreach (ComputeDevice? device in DevicesOf(node, blueprint, block))
            {
                // (1)
                string name = device?.Name ?? "";
                TimeSpan left = Left(node.Name, name);
                if (left > TimeSpan.Zero)
                {
                    next = left < next ? left : next;
                }
                else if (Begin(node.Name, block, name) is { } tick)
                {
                    // (2)
                    _ = WarmAsync(node, block, device, tick);
                }
            }
        }

        // (3)
        if (!_runtime.IsDraining)
        {
            Set(next);
        }
    }

    /// <summary>Returns how long a block may still be idle on a device.</summary>
    TimeSpan Left(string block, string device)
    {
        WarmUps warm = _runtime.WarmUps;
        lock (_lock)
        {
            // Once after each change of the devices: what gave way to other work would begin again and again until that ends.
            if (_tried.GetValueOrDefault((block, device)) != _changes && (warm.IsColdAgain(block, device) || warm.Of(block, device) == false))
            {
                return TimeSpan.Zero;
            }
        }

        TimeSpan idle = _runtime.Time.Between(_used.GetValueOrDefault((block, device), _start), _runtime.Time.Now());
        if (idle < TimeSpan.Zero)
        {
            // The clock was set back.
            Used(block, device);
            idle = TimeSpan.Zero;
        }

        return idle < _period ? _period - idle : TimeSpan.Zero;
    }

    void Set(TimeSpan next)
    {
        try
        {
            _timer?.Change(Least(next), Least(_period));
        }
        catch (Exception error)
        {
            _runtime.Log.KeepWarmNotSet(_runtime.Name, error.GetType().FullName);
        }
    }

    /// <summary>Returns the devices that are there and on which a block may run; null for a block without one.</summary>
    IReadOnlyList<ComputeDevice?> DevicesOf(BlockNode node, BlueprintNode blueprint, IWarmUp block)
    {
        try
        {
            return blueprint.Settings.Device is null
                ? [null]
                : [.. ChainWarmUp.WarmDevices(_runtime, blueprint, block).Where(_runtime.Devices.IsPresent)];
        }
        catch (Exception error)
        {
            _runtime.Log.KeepWarmFailed(_runtime.Name, node.Name, "", error.GetType().FullName);
            return [];
        }
    }

    WarmTick? Begin(string name, IWarmUp block, string device)
    {
        lock (_lock)
        {
            if (_running.ContainsKey((block, device)))
            {
                return null;
            }

            _tried[(name, device)] = _changes;
            var tick = new WarmTick(_runtime, name, new CancellationTokenSource());
            _running.Add((block, device), tick);
            _withoutDevice += device.Length == 0 ? 1 : 0;
            return tick;
        }
    }

    async Task WarmAsync(BlockNode node, IWarmUp block, ComputeDevice? device, WarmTick tick)
    {
        string name = device?.Name ?? "";
        using CancellationTokenRegistration closing = _runtime.WarmUps.Closed.UnsafeRegister(static tick => ((WarmTick)tick!).Cancel(), tick);
        if (device is null && _runtime.Inside.All().Any(turn => turn.Working().Contains(node.Name)))
        {
            // A run that began before it. Of those with a device, the scheduler tells.
            tick.GiveWay();
        }

        try
        {
            await ChainWarmUp.WarmUpAsync(_runtime, block, node, device, tick, tick.Token);
        }
        catch (Exception) when (tick.Token.IsCancellationRequested || _runtime.IsClosed)
        {
            // It gave way, or the chain is closed.
        }
        catch (Exception error)
        {
            _runtime.Log.KeepWarmFailed(_runtime.Name, node.Name, name, error.GetType().FullName);
        }

        Used(node.Name, name);
        if (tick.Warming is { } warming)
        {
            // Also one that does not observe its token, so that there are never two.
            await warming.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        lock (_lock)
        {
            _running.Remove((block, name));
            _withoutDevice -= name.Length == 0 ? 1 : 0;
        }

        LookSoon();
    }
}

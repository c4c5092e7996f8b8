using System.Diagnostics;

namespace AgentChain.Devices;

/// <summary>
/// The scheduler that comes with the library: a fixed set of devices with lanes, a placement policy, and a first-come,
/// first-served queue for requests that find no room, in which speculative work stands behind certain work; what becomes certain while it
/// waits has the place that its arrival gives it. Safe for concurrent use; share one between chains that share hardware.
/// </summary>
[DebuggerDisplay("{Devices.Count} devices, {OpenLeases} leases")]
public sealed class DeviceScheduler : IDeviceScheduler, IDisposable
{
    readonly Lock _gate = new();
    readonly Slot[] _slots;
    readonly IDevicePlacementPolicy _policy;
    readonly LinkedList<Waiter> _waiting = new();
    bool _disposed;

    /// <summary>Creates the scheduler and starts the devices' lanes.</summary>
    /// <param name="devices">The devices; <see langword="null"/> or none for the host's processor alone.</param>
    /// <param name="policy">Where work goes when several devices fulfil a request; <see cref="LeastLoadedPolicy"/> by default.</param>
    /// <exception cref="ArgumentException">Two devices have one name, or a device has no lane or no room.</exception>
    public DeviceScheduler(IEnumerable<ComputeDevice>? devices = null, IDevicePlacementPolicy? policy = null)
    {
        ComputeDevice[] list = devices is null ? [] : [.. OptionCheck.NoNulls(devices, nameof(devices)).Select(d => d.Check())];
        Devices = list.Length == 0 ? [ComputeDevice.Cpu()] : list;
        if (Devices.GroupBy(d => d.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"Two devices are named '{twice.Key}'; give each a name of its own.", nameof(devices));
        }

        _policy = policy ?? new LeastLoadedPolicy();
        _slots = [.. Devices.Select(d => new Slot(d))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<ComputeDevice> Devices { get; }

    /// <inheritdoc/>
    public int OpenLeases
    {
        get
        {
            lock (_gate)
            {
                return _slots.Sum(s => s.Leases);
            }
        }
    }

    /// <inheritdoc/>
    public int StuckLanes => _slots.Sum(s => s.StuckLanes);

    /// <inheritdoc/>
    public double LoadOf(DeviceRequest device)
    {
        lock (_gate)
        {
            int room = 0;
            int taken = _waiting.Count;
            foreach (Slot slot in _slots)
            {
                if (device.Accepts(slot.Device))
                {
                    room += slot.Device.MaxLeases;
                    taken += slot.Leases;
                }
            }

            return room == 0 ? 0 : (double)taken / room;
        }
    }

    /// <inheritdoc/>
    public ValueTask<DeviceLease> AcquireAsync(PlacementRequest request, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<DeviceLease>(cancellationToken);
        }

        if (!Devices.Any(request.Device.Accepts))
        {
            return ValueTask.FromException<DeviceLease>(new DeviceNotPresentException(request.Device, Devices));
        }

        Waiter waiter;
        lock (_gate)
        {
            if (_disposed)
            {
                return ValueTask.FromException<DeviceLease>(new ObjectDisposedException(nameof(DeviceScheduler)));
            }

            if (TryPlace(request) is { } lease)
            {
                return new(lease);
            }

            waiter = new Waiter(this, request);
            waiter.Node = _waiting.AddLast(waiter);
        }

        waiter.Registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((Waiter)state!).Cancel(token), waiter);
        return new(waiter.Task);
    }

    /// <summary>Stops the lanes once their running jobs return and cancels the waiting requests.</summary>
    public void Dispose()
    {
        Waiter[] waiting;
        lock (_gate)
        {
            _disposed = true;
            waiting = [.. _waiting];
            _waiting.Clear();
        }

        foreach (Waiter waiter in waiting)
        {
            waiter.TrySetException(new ObjectDisposedException(nameof(DeviceScheduler)));
        }

        foreach (Slot slot in _slots)
        {
            slot.Dispose();
        }
    }

    /// <summary>Describes it in a line: names and numbers, never what a user said.</summary>
    /// <returns>The line.</returns>
    public override string ToString() => OptionCheck.Text($"{string.Join(", ", Devices.Select(d => d.Name))}: {OpenLeases} open leases, {StuckLanes} stuck lanes");

    DeviceLease? TryPlace(in PlacementRequest request)
    {
        Span<DeviceState> states = new DeviceState[_slots.Length];
        Span<int> slots = stackalloc int[_slots.Length];
        int count = 0;
        for (int i = 0; i < _slots.Length; i++)
        {
            Slot slot = _slots[i];
            if (slot.Leases < slot.Device.MaxLeases && request.Device.Accepts(slot.Device))
            {
                states[count] = slot.State;
                slots[count++] = i;
            }
        }

        if (count == 0)
        {
            return null;
        }

        int pick = _policy.Pick(request, states[..count]);
        return pick < 0 || pick >= count ? null : _slots[slots[pick]].Lease(request, Release);
    }

    void Release(DeviceLease lease)
    {
        List<(Waiter Waiter, DeviceLease Lease)>? served = null;
        lock (_gate)
        {
            _slots.First(s => ReferenceEquals(s.Device, lease.Device)).Leases--;
            Serve(certainOnly: true, ref served);
            Serve(certainOnly: false, ref served);
        }

        foreach ((Waiter waiter, DeviceLease placed) in served ?? [])
        {
            waiter.Registration.Unregister();
            if (!waiter.TrySetResult(placed))
            {
                placed.Dispose();
            }
        }
    }

    /// <summary>Gives those who wait what has become free, in the order in which they came.</summary>
    void Serve(bool certainOnly, ref List<(Waiter Waiter, DeviceLease Lease)>? served)
    {
        for (LinkedListNode<Waiter>? node = _waiting.First; node is not null;)
        {
            LinkedListNode<Waiter>? next = node.Next;
            if (!(certainOnly && node.Value.Request.IsSpeculativeNow) && TryPlace(node.Value.Request) is { } placed)
            {
                _waiting.Remove(node);
                (served ??= []).Add((node.Value, placed));
            }

            node = next;
        }
    }

    sealed class Waiter(DeviceScheduler owner, PlacementRequest request)
        : TaskCompletionSource<DeviceLease>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public PlacementRequest Request { get; } = request;

        public LinkedListNode<Waiter>? Node { get; set; }

        public CancellationTokenRegistration Registration { get; set; }

        public void Cancel(CancellationToken token)
        {
            lock (owner._gate)
            {
                if (Node?.List is { } list)
                {
                    list.Remove(Node);
                }
            }

            TrySetCanceled(token);
        }
    }

    sealed class Slot(ComputeDevice device) : IDisposable
    {
        readonly DeviceLane[] _lanes =
            [.. Enumerable.Range(0, device.Lanes).Select(i => new DeviceLane($"{device.Name} lane {i}"))];

        public ComputeDevice Device { get; } = device;

        public int Leases { get; set; }

        public int StuckLanes => _lanes.Count(l => l.IsStuck);

        public DeviceState State => new(Device, Leases, _lanes.Sum(l => l.Pending), StuckLanes);

        public DeviceLease Lease(in PlacementRequest request, Action<DeviceLease> release)
        {
            Leases++;
            DeviceLane lane = _lanes.OrderBy(l => l.IsStuck).ThenBy(l => l.Holders).ThenBy(l => l.Pending).First();
            Interlocked.Increment(ref lane.Holders);
            return new DeviceLease(Device, lane, request.Block, request.Until, lease =>
            {
                Interlocked.Decrement(ref lease.Lane.Holders);
                release(lease);
            });
        }

        public void Dispose()
        {
            foreach (DeviceLane lane in _lanes)
            {
                lane.Dispose();
            }
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace AgentChain.Devices;

/// <summary>
/// Provides the default scheduler: a fixed set of devices with lanes, a placement policy, and a queue for requests that must wait.
/// Thread-safe; share one scheduler between chains that share hardware.
/// </summary>
/// <remarks>
/// In the queue, committed work goes before speculative work, and work that cannot wait before work of turns that have something to play
/// until then (<see cref="PlacementRequest.CanWait"/>). Among these, the request that should begin earliest goes first
/// (<see cref="PlacementRequest.StartBy"/>), and requests for which that is not known, in order of arrival after the others. A request that
/// commits while it waits keeps its place in that order, and one that can no longer wait does too; of each kind, the first 16 are asked each
/// time. The order is decided each time there is room, so a device is never idle while a request waits for it.
/// </remarks>
[DebuggerDisplay("{Devices.Count} devices, {OpenLeases} leases")]
public sealed class DeviceScheduler : IDeviceScheduler, IDisposable
{
    /// <summary>The number of requests that can wait, or are speculative, that are looked at before others are served.</summary>
    const int Looked = 16;

    readonly Lock _lock = new();
    readonly DeviceSlot[] _slots;
    readonly IDevicePlacementPolicy _policy;

    /// <summary>The requests that wait, by the last rank that they can have: one that can wait or is speculative may no longer be.</summary>
    readonly WaitingRequests<Waiter>[] _waiting = [new(), new(), new()];
    long _arrivals;

    /// <summary>The number of requests that wait, by what they request.</summary>
    readonly Dictionary<DeviceRequest, int> _waitingFor = [];
    bool _disposed;
    bool _isServing;
    bool _released;

    /// <summary>Creates the scheduler and starts the devices' lanes.</summary>
    /// <param name="devices">The devices. If <see langword="null"/> or empty, the host's processor is the only device.</param>
    /// <param name="policy">The placement policy, or <see langword="null"/> for <see cref="LeastLoadedPolicy"/>.</param>
    /// <exception cref="ArgumentException">Two devices have the same name, or a device allows no lanes or no leases.</exception>
    public DeviceScheduler(IEnumerable<ComputeDevice>? devices = null, IDevicePlacementPolicy? policy = null)
    {
        ComputeDevice[] list = devices is null ? [] : [.. OptionCheck.NoNulls(devices, nameof(devices)).Select(d => d.Check())];
        Devices = list.Length == 0 ? [ComputeDevice.Cpu()] : list;
        if (Devices.GroupBy(d => d.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"Two devices are named '{twice.Key}'; give each device a unique name.", nameof(devices));
        }

        _policy = policy ?? new LeastLoadedPolicy();
        _slots = [.. Devices.Select(d => new DeviceSlot(d))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<ComputeDevice> Devices { get; }

    /// <summary>Gets the placement policy.</summary>
    public IDevicePlacementPolicy Policy => _policy;

    /// <inheritdoc/>
    public int OpenLeases
    {
        get
        {
            lock (_lock)
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
        lock (_lock)
        {
            int room = 0, taken = 0;
            foreach (DeviceSlot slot in _slots)
            {
                if (device.Accepts(slot.Device))
                {
                    room += slot.Device.MaxLeases;
                    taken += slot.Leases;
                }
            }

            // What waits for other devices does not delay a request for these.
            foreach ((DeviceRequest other, int count) in _waitingFor)
            {
                taken += Array.Exists(_slots, slot => device.Accepts(slot.Device) && other.Accepts(slot.Device)) ? count : 0;
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
        lock (_lock)
        {
            if (_disposed)
            {
                return ValueTask.FromException<DeviceLease>(new ObjectDisposedException(nameof(DeviceScheduler)));
            }

            try
            {
                if (TryPlace(request) is { } lease)
                {
                    return new(lease);
                }
            }
            catch (InvalidOperationException error)
            {
                return ValueTask.FromException<DeviceLease>(error);
            }

            Rank last = request.IsSpeculative ? Rank.Speculative : request.CanWait is null ? Rank.CannotWait : Rank.CanWait;
            waiter = new Waiter(this, request, _waiting[(int)last]);
            waiter.Place = waiter.Queue.Add(waiter, request.StartBy, _arrivals++);
            CollectionsMarshal.GetValueRefOrAddDefault(_waitingFor, request.Device, out _)++;
        }

        waiter.Registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((Waiter)state!).Cancel(token), waiter);
        return new(waiter.Task);
    }

    /// <summary>Stops each lane when its running job returns. Waiting requests fail with <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        Waiter[] waiting;
        lock (_lock)
        {
            _disposed = true;
            waiting = [.. _waiting.SelectMany(static queue => queue.Clear())];
            _waitingFor.Clear();
        }

        foreach (Waiter waiter in waiting)
        {
            waiter.TrySetException(new ObjectDisposedException(nameof(DeviceScheduler)));
        }

        foreach (DeviceSlot slot in _slots)
        {
            slot.Dispose();
        }
    }

    /// <summary>Returns a one-line description that contains names and numbers, but no user content.</summary>
    /// <returns>The description.</returns>
    public override string ToString() => OptionCheck.Text($"{string.Join(", ", Devices.Select(d => d.Name))}: {OpenLeases} open leases, {StuckLanes} stuck lanes");

    /// <summary>Leases the device that the policy picks, or returns null if the request must wait. Called under the lock.</summary>
    /// <exception cref="InvalidOperationException">The policy threw, or returned an index that does not exist.</exception>
    DeviceLease? TryPlace(in PlacementRequest request)
    {
        Span<DeviceState> states = new DeviceState[_slots.Length];
        Span<int> slots = stackalloc int[_slots.Length];
        int count = 0;
        for (int i = 0; i < _slots.Length; i++)
        {
            DeviceSlot slot = _slots[i];
            if (slot.HasRoom && request.Device.Accepts(slot.Device))
            {
                states[count] = slot.State;
                slots[count++] = i;
            }
        }

        if (count == 0)
        {
            return null;
        }

        int pick;
        try
        {
            pick = _policy.Pick(request, states[..count]);
        }
        catch (Exception error)
        {
            throw new InvalidOperationException(
                $"The device placement policy {_policy.GetType().Name} threw {error.GetType().Name} for the request of block '{request.Block}' for {request.Device}; see the inner exception.", error);
        }

        if (pick >= count || pick < -1)
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"The device placement policy {_policy.GetType().Name} returned {pick} for {count} candidates on the request of block '{request.Block}' for {request.Device}; Pick must return the index of a candidate, or -1 to make the request wait."));
        }

        // The policy is the host's code: it may have acquired a lease on this device from within Pick.
        return pick >= 0 && _slots[slots[pick]] is { HasRoom: true } picked ? picked.Lease(request, Release) : null;
    }

    void Release(DeviceLease lease)
    {
        List<(Waiter Waiter, DeviceLease? Lease, Exception? Error)>? served = null;
        lock (_lock)
        {
            _slots.First(s => ReferenceEquals(s.Device, lease.Device)).Leases--;
            _released = true;
            if (_isServing)
            {
                // A policy released a lease from within Pick. The loop that called Pick runs again and uses the free lease.
                return;
            }

            _isServing = true;
            while (_released)
            {
                _released = false;
                Serve(Rank.CannotWait, ref served);
                Serve(Rank.CanWait, ref served);
                Serve(Rank.Speculative, ref served);
            }

            _isServing = false;
        }

        foreach ((Waiter waiter, DeviceLease? placed, Exception? error) in served ?? [])
        {
            waiter.Registration.Unregister();
            if (error is not null)
            {
                waiter.TrySetException(error);
            }
            else if (!waiter.TrySetResult(placed!))
            {
                placed!.Dispose();
            }
        }
    }

    /// <summary>Serves waiting requests up to a rank from free leases.</summary>
    void Serve(Rank last, ref List<(Waiter Waiter, DeviceLease? Lease, Exception? Error)>? served)
    {
        if (!HasRoom)
        {
            return;
        }

        WaitingRequests<Waiter>.Place?[] next = [_waiting[0].First, _waiting[1].First, _waiting[2].First];
        Span<int> passed = stackalloc int[next.Length];
        while (Earliest(next) is >= 0 and var at)
        {
            WaitingRequests<Waiter>.Place place = next[at]!;
            if (at <= (int)last || RankOf(place.Item.Request) <= last)
            {
                TryServe(place, ref served);
                if (!HasRoom)
                {
                    return;
                }
            }
            else if (++passed[at] == Looked)
            {
                next[at] = null;
                continue;
            }

            next[at] = _waiting[at].After(place);
        }
    }

    void TryServe(WaitingRequests<Waiter>.Place place, ref List<(Waiter Waiter, DeviceLease? Lease, Exception? Error)>? served)
    {
        DeviceLease? placed = null;
        Exception? failure = null;
        try
        {
            placed = TryPlace(place.Item.Request);
        }
        catch (InvalidOperationException error)
        {
            failure = error;
        }

        if (placed is not null || failure is not null)
        {
            Remove(place);
            (served ??= []).Add((place.Item, placed, failure));
        }
    }

    /// <summary>Returns the index of the place that comes first; -1 if there is none.</summary>
    static int Earliest(WaitingRequests<Waiter>.Place?[] places)
    {
        int first = -1;
        for (int i = 0; i < places.Length; i++)
        {
            if (places[i] is { } place && (first < 0 || place.IsBefore(places[first]!)))
            {
                first = i;
            }
        }

        return first;
    }

    /// <summary>Removes a request that waits. Does nothing if it was removed before. Called under the lock.</summary>
    void Remove(WaitingRequests<Waiter>.Place place)
    {
        DeviceRequest device = place.Item.Request.Device;
        if (place.Item.Queue.Remove(place) && --CollectionsMarshal.GetValueRefOrNullRef(_waitingFor, device) == 0)
        {
            _waitingFor.Remove(device);
        }
    }

    bool HasRoom => Array.Exists(_slots, static slot => slot.HasRoom);

    static Rank RankOf(in PlacementRequest request) =>
        request.IsSpeculativeNow ? Rank.Speculative : request.CanWaitNow ? Rank.CanWait : Rank.CannotWait;

    /// <summary>The order of requests before that of their times.</summary>
    enum Rank
    {
        CannotWait,
        CanWait,
        Speculative,
    }

    sealed class Waiter(DeviceScheduler owner, PlacementRequest request, WaitingRequests<Waiter> queue)
        : TaskCompletionSource<DeviceLease>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public PlacementRequest Request { get; } = request;

        public WaitingRequests<Waiter> Queue => queue;

        public WaitingRequests<Waiter>.Place? Place { get; set; }

        public CancellationTokenRegistration Registration { get; set; }

        public void Cancel(CancellationToken token)
        {
            lock (owner._lock)
            {
                if (Place is { } place)
                {
                    owner.Remove(place);
                }
            }

            TrySetCanceled(token);
        }
    }
}

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
/// <para>
/// A device can be lost (<see cref="MarkLost"/>), a call on a lane can hang (<see cref="StuckLimit"/>), and memory is accounted for
/// (<see cref="Ledger"/>).
/// </para>
/// </remarks>
[DebuggerDisplay("{Devices.Count} devices, {OpenLeases} leases")]
public sealed partial class DeviceScheduler : IDeviceScheduler, IDisposable
{
    const int MostOnStack = 64;

    readonly Lock _lock = new();
    readonly DeviceSlot[] _slots;
    readonly IDevicePlacementPolicy _policy;

    readonly DeviceLedger _ledger;
    readonly TimeProvider _time = TimeProvider.System;
    bool _disposed;

    /// <summary>Creates the scheduler and starts the devices' lanes.</summary>
    /// <param name="devices">The devices. If <see langword="null"/> or empty, the host's processor is the only device.</param>
    /// <param name="policy">The placement policy, or <see langword="null"/> for <see cref="DeadlineAwarePolicy"/>.</param>
    /// <exception cref="ArgumentException">Two devices have the same name, or a device allows no lanes or no leases.</exception>
    public DeviceScheduler(IEnumerable<ComputeDevice>? devices = null, IDevicePlacementPolicy? policy = null)
    {
        ComputeDevice[] list = devices is null ? [] : [.. OptionCheck.NoNulls(devices, nameof(devices)).Select(d => d.Check())];
        Devices = list.Length == 0 ? [ComputeDevice.Cpu()] : list;
        if (Devices.GroupBy(d => d.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"Two devices are named '{twice.Key}'; give each device a unique name.", nameof(devices));
        }

        _policy = policy ?? new DeadlineAwarePolicy();
        _slots = [.. Devices.Select(d => new DeviceSlot(d))];
        _ledger = new DeviceLedger(Devices);
        _ledger.Returned += ServeWaiting;
    }

    /// <summary>Gets the clock of predictions and limits: that of the chains that share the scheduler.</summary>
    /// <value>The system's clock by default.</value>
    /// <exception cref="ArgumentNullException">The value is <see langword="null"/>.</exception>
    public TimeProvider Time { get => _time; init => _time = OptionCheck.NotNull(value, "DeviceScheduler.Time"); }

    /// <summary>Gets the account of the devices' memory. Set it to one that models or other schedulers share.</summary>
    /// <value>A ledger of this scheduler's devices by default.</value>
    /// <exception cref="ArgumentException">The ledger lacks a device of the scheduler.</exception>
    /// <exception cref="ArgumentNullException">The value is <see langword="null"/>.</exception>
    public DeviceLedger Ledger
    {
        get => _ledger;
        init
        {
            OptionCheck.NotNull(value, "DeviceScheduler.Ledger");
            if (Devices.FirstOrDefault(device => !value.Has(device.Name)) is { } unknown)
            {
                throw new ArgumentException(
                    $"DeviceScheduler.Ledger does not know the device '{unknown.Name}'; create it with the devices of the scheduler.", nameof(value));
            }

            _ledger.Returned -= ServeWaiting;
            _ledger = value;
            _ledger.Returned += ServeWaiting;
        }
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
            if (Resolve(device) is not { } wanted)
            {
                return 0;
            }

            int room = 0, taken = 0;
            foreach (DeviceSlot slot in _slots)
            {
                if (IsFor(wanted, slot))
                {
                    room += slot.Device.MaxLeases;
                    taken += slot.Leases;
                }
            }

            // What waits for other devices does not delay a request for these.
            foreach ((DeviceRequest other, int count) in _waitingFor)
            {
                taken += Resolve(other) is { } clause && Array.Exists(_slots, slot => IsFor(wanted, slot) && IsFor(clause, slot)) ? count : 0;
            }

            return (double)taken / room;
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

        DeviceLease? lease;
        Waiter? waiter = null;
        lock (_lock)
        {
            if (_disposed)
            {
                return ValueTask.FromException<DeviceLease>(new ObjectDisposedException(nameof(DeviceScheduler)));
            }

            if (Hopeless(request) is { } never)
            {
                return ValueTask.FromException<DeviceLease>(never);
            }

            try
            {
                lease = TryPlace(request);
            }
            catch (InvalidOperationException error)
            {
                return ValueTask.FromException<DeviceLease>(error);
            }

            waiter = lease is null ? Wait(request) : null;
        }

        if (waiter is not null)
        {
            waiter.Registration = cancellationToken.UnsafeRegister(static (state, token) => ((Waiter)state!).Cancel(token), waiter);
        }

        GiveWay(request, lease);
        return waiter is null ? new(lease!) : new(waiter.Task);
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

        _ledger.Returned -= ServeWaiting;
        _watch?.Dispose();
        foreach (DeviceSlot slot in _slots)
        {
            slot.Dispose();
        }
    }

    /// <summary>Returns a one-line description that contains names and numbers, but no user content.</summary>
    /// <returns>The description.</returns>
    public override string ToString() => OptionCheck.Text($"{string.Join(", ", _slots.Select(slot => slot.Lost is null ? slot.Device.Name : $"{slot.Device.Name} (lost)"))}: {OpenLeases} open leases, {StuckLanes} stuck lanes");

    /// <summary>Leases the device that the policy picks, or returns null if the request must wait. Called under the lock.</summary>
    /// <exception cref="InvalidOperationException">The policy threw, or returned an index that does not exist.</exception>
    DeviceLease? TryPlace(in PlacementRequest request)
    {
        if (Resolve(request.Device) is not { } wanted)
        {
            return null;
        }

        Span<DeviceState> states = new DeviceState[_slots.Length];
        Span<int> slots = _slots.Length <= MostOnStack ? stackalloc int[_slots.Length] : new int[_slots.Length];
        int count = 0;
        for (int i = 0; i < _slots.Length; i++)
        {
            DeviceSlot slot = _slots[i];
            if (slot.HasRoom && IsFor(wanted, slot) && HasMemory(slot, request.MemoryBytes))
            {
                states[count] = slot.State(_time);
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
            pick = _policy.Pick(request.Until == long.MaxValue ? request : request with { Left = LeftOf(request) }, states[..count]);
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
        if (pick < 0 || _slots[slots[pick]] is not { HasRoom: true } picked)
        {
            return null;
        }

        // Others reserve memory too, so it may be gone since the candidates were found.
        MemoryLease? memory = null;
        if (request.MemoryBytes > 0
            && !_ledger.TryReserve(picked.Device.Name, request.MemoryBytes, MemoryPurpose.Workspace, request.Block, out memory))
        {
            return null;
        }

        Watch();
        _yielding += request.Yield is null ? 0 : 1;
        return picked.Lease(request, _time, memory, Release);
    }

    TimeSpan LeftOf(in PlacementRequest request)
    {
        long now = _time.Now();
        return request.Until > now ? _time.Between(now, request.Until) : TimeSpan.Zero;
    }

    bool HasMemory(DeviceSlot slot, long bytes) => bytes <= 0 || _ledger.FreeBytes(slot.Device.Name) is not { } free || free >= bytes;

    /// <summary>Whether a device that is there fulfills a request itself; its fallbacks have been looked at.</summary>
    static bool IsFor(in DeviceRequest wanted, DeviceSlot slot) => slot.Lost is null && wanted.AcceptsFirst(slot.Device);

    /// <summary>Returns the request, or the first of its fallbacks, that a device that is there fulfills; null if none does.</summary>
    DeviceRequest? Resolve(in DeviceRequest request)
    {
        DeviceRequest? at = request;
        while (at is { } wanted && !Array.Exists(_slots, slot => IsFor(wanted, slot)))
        {
            at = wanted.Fallback;
        }

        return at;
    }

    /// <summary>Returns why a request can never be served as things are; null if it can.</summary>
    Exception? Hopeless(in PlacementRequest request)
    {
        DeviceRequest device = request.Device;
        if (Resolve(device) is not { } wanted)
        {
            return Array.Find(_slots, slot => device.Accepts(slot.Device))!.Lost;
        }

        long bytes = request.MemoryBytes;
        DeviceSlot[] fit = bytes <= 0 ? [] : Array.FindAll(_slots, slot => IsFor(wanted, slot));
        return fit.Length > 0 && Array.TrueForAll(fit, slot => slot.Device.MemoryBytes < bytes)
            ? _ledger.Refused(fit[0].Device.Name, bytes, MemoryPurpose.Workspace, request.Block)
            : null;
    }
}

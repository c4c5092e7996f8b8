namespace AgentChain.Devices;

/// <content>Calls that hang, and devices that disappear.</content>
public sealed partial class DeviceScheduler
{
    readonly TimeSpan? _stuckLimit = TimeSpan.FromSeconds(10);
    readonly TimeSpan? _callLimit;
    LaneWatch? _watch;

    /// <summary>
    /// Occurs when a call on a lane hung for longer than <see cref="StuckLimit"/> or <see cref="CallLimit"/>, and another thread serves the
    /// lane now. Handlers run on the clock's thread; their exceptions are ignored.
    /// </summary>
    public event EventHandler<LaneReplacedEventArgs>? LaneReplaced;

    /// <inheritdoc/>
    public event EventHandler<DevicePresenceEventArgs>? PresenceChanged;

    /// <summary>
    /// Gets the time that a native call may go on after its block was detached, before the lane gets another thread. The call itself goes on,
    /// and its thread ends with it. A device has at most as many such calls as lanes; beyond that, its lanes stay stuck.
    /// </summary>
    /// <value>10 seconds by default; <see langword="null"/> for no limit.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not greater than zero.</exception>
    public TimeSpan? StuckLimit { get => _stuckLimit; init => _stuckLimit = OptionCheck.Positive(value, "DeviceScheduler.StuckLimit"); }

    /// <summary>
    /// Gets the longest time that any native call may run, even if its block is still waited for. Its caller then gets a
    /// <see cref="LaneHungException"/>, and the lane another thread. Calls are looked at four times in this time.
    /// </summary>
    /// <value><see langword="null"/> by default: no limit.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not greater than zero.</exception>
    public TimeSpan? CallLimit { get => _callLimit; init => _callLimit = OptionCheck.Positive(value, "DeviceScheduler.CallLimit"); }

    /// <inheritdoc/>
    public int HungCalls => _slots.Sum(static slot => slot.HungCalls);

    /// <summary>
    /// Takes a device out of use, because it is gone or about to be removed. What runs and waits on its lanes ends at once with a
    /// <see cref="DeviceLostException"/>, and so do waiting requests that no other device fulfills. Does nothing if the device is lost already.
    /// </summary>
    /// <param name="device">The name of the device.</param>
    /// <param name="reason">The cause, or <see langword="null"/>.</param>
    /// <exception cref="ArgumentException">The scheduler has no such device.</exception>
    public void MarkLost(string device, Exception? reason = null)
    {
        DeviceSlot slot = Find(device);
        List<(Waiter Waiter, Exception Error)> failed = [];
        lock (_lock)
        {
            if (slot.Lost is not null || _disposed)
            {
                return;
            }

            slot.Lose(new DeviceLostException(slot.Device.Name, reason) { Origin = this });
            foreach (WaitingRequests<Waiter> queue in _waiting)
            {
                for (WaitingRequests<Waiter>.Place? at = queue.First; at is not null; at = queue.After(at))
                {
                    if (Hopeless(at.Item.Request) is { } error)
                    {
                        Remove(at);
                        failed.Add((at.Item, error));
                    }
                }
            }
        }

        foreach ((Waiter waiter, Exception error) in failed)
        {
            waiter.Registration.Unregister();
            waiter.TrySetException(error);
        }

        ServeWaiting();
        TellPresence(slot.Device, isPresent: false);
    }

    /// <summary>Takes a device into use again that was lost. Does nothing if it was not.</summary>
    /// <param name="device">The name of the device.</param>
    /// <exception cref="ArgumentException">The scheduler has no such device.</exception>
    public void Restore(string device)
    {
        DeviceSlot slot = Find(device);
        lock (_lock)
        {
            if (slot.Lost is null)
            {
                return;
            }

            slot.Restore();
        }

        ServeWaiting();
        TellPresence(slot.Device, isPresent: true);
    }

    /// <summary>Determines whether a device is lost.</summary>
    /// <param name="device">The name of the device.</param>
    /// <returns><see langword="true"/> if the device is lost; otherwise, <see langword="false"/>.</returns>
    /// <exception cref="ArgumentException">The scheduler has no such device.</exception>
    public bool IsLost(string device)
    {
        DeviceSlot slot = Find(device);
        lock (_lock)
        {
            return slot.Lost is not null;
        }
    }

    /// <inheritdoc/>
    public bool IsPresent(ComputeDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return !IsLost(device.Name);
    }

    /// <summary>Takes a device out of use because a block found that it is gone.</summary>
    /// <remarks>What the scheduler itself has thrown says nothing new, and the device may be back since, or have been lost and back again.</remarks>
    void IDeviceScheduler.ReportLost(ComputeDevice device, DeviceLostException reason)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(reason);
        if (Array.Exists(_slots, slot => ReferenceEquals(slot.Device, device)) && reason.Origin != this)
        {
            MarkLost(device.Name, reason.InnerException ?? reason);
        }
    }

    DeviceSlot Find(string device) =>
        Array.Find(_slots, slot => slot.Device.IsNamed(OptionCheck.Name(device, nameof(device))))
        ?? throw new ArgumentException(
            $"The scheduler has no device '{device}'; available devices: {string.Join(", ", Devices.Select(static one => one.Name))}.",
            nameof(device));

    /// <summary>Starts to watch the lanes, when the first lease is given. Called under the lock.</summary>
    void Watch()
    {
        if (_watch is null && !_disposed)
        {
            _watch = new LaneWatch(_time, _stuckLimit, _callLimit, Report);
            _watch.Start(_slots);
        }
    }

    void TellPresence(ComputeDevice device, bool isPresent) =>
        HostEvents.Raise(PresenceChanged, this, new DevicePresenceEventArgs(device, isPresent));

    void Report(LaneReplacedEventArgs replaced) => HostEvents.Raise(LaneReplaced, this, replaced);
}

using AgentChain.Costs;
using AgentChain.Devices;

namespace AgentChain.Onnx.Language;

/// <summary>A phase of a block that leases a device for itself: its piece of work in the report, and the lease, given back on every way out.</summary>
sealed class LeasedPhase(BlockContext context, string name, CancellationToken cancellationToken) : IDisposable
{
    readonly InnerWork _work = context.Begin(name);
    DeviceLease? _lease;
    bool _isComplete;

    /// <summary>Waits for the lease.</summary>
    public async ValueTask<DeviceLease> BeginAsync(DeviceRequest device, WorkPhase phase, CostFeatures? size = null)
    {
        _work.Await();
        _lease = await _work.AcquireAsync(device, phase, size, cancellationToken).ConfigureAwait(false);
        _work.Run();
        return _lease;
    }

    /// <summary>Marks the phase as completed.</summary>
    public void Complete() => _isComplete = true;

    /// <summary>
    /// Looks at an exception of the phase, and tells the scheduler of a device that is gone. Returns whether the phase can be repeated on
    /// another device: it has a device, and this one or its lane does not serve it any more.
    /// </summary>
    public bool IsOfDevice(Exception error)
    {
        if (error is DeviceLostException lost)
        {
            _work.ReportLost(lost);
        }

        return _lease is not null && error is DeviceLostException or LaneHungException && !cancellationToken.IsCancellationRequested;
    }

    public void Dispose()
    {
        _work.Release(_lease);
        _work.End(_isComplete ? InnerStatus.Completed : cancellationToken.IsCancellationRequested ? InnerStatus.Canceled : InnerStatus.Failed);
    }
}

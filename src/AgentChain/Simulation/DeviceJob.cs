using AgentChain.Blocks;

namespace AgentChain.Simulation;

/// <summary>A job of a <see cref="SimulatedDevice"/>: waiting in one of its queues, on one of its servers, or over.</summary>
sealed class DeviceJob : TaskCompletionSource
{
    readonly SimulatedDevice _device;
    readonly Func<bool>? _isSpeculative;
    readonly BlockContext? _context;
    CancellationTokenRegistration _registration;

    public DeviceJob(
        SimulatedDevice device, TimeSpan work, Func<bool>? isSpeculative, BlockContext? context, CancellationToken cancellationToken)
    {
        (_device, Left, _isSpeculative, _context, CancellationToken) = (device, work, isSpeculative, context, cancellationToken);
        WasSpeculative = isSpeculative is not null || context is not null;
        Place = new(this);
    }

    public LinkedListNode<DeviceJob> Place { get; }

    public CancellationToken CancellationToken { get; }

    public long Order { get; set; }

    public TimeSpan Left { get; set; }

    public TimeSpan Worked { get; set; }

    /// <summary>The server it is on.</summary>
    public object? Server { get; set; }

    /// <summary>Whether it was speculative when it was last asked.</summary>
    public bool WasSpeculative { get; private set; }

    /// <summary>Asks whether it is speculative still; what has become certain is not asked again.</summary>
    public bool Ask() => WasSpeculative = WasSpeculative && (_context?.IsSpeculative ?? _isSpeculative!());

    public void Watch() => _registration = CancellationToken.UnsafeRegister(static (job, _) => ((DeviceJob)job!).Cancel(), this);

    public void Finish()
    {
        _registration.Dispose();
        TrySetResult();
    }

    void Cancel()
    {
        _device.Remove(this);
        TrySetCanceled(CancellationToken);
    }
}

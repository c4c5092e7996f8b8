namespace AgentChain.Simulation;

/// <summary>A job of a <see cref="SimulatedDevice"/>: waiting in a queue, running on a server, or finished.</summary>
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

    /// <summary>When the job arrived, if the device is observed.</summary>
    public long QueuedAt { get; private set; }

    /// <summary>When a server first took the job; 0 if none has.</summary>
    public long StartedAt { get; set; }

    /// <summary>The turn that the job works for; 0 if it is not known or the device is not observed.</summary>
    public long Turn { get; private set; }

    /// <summary>The block that the job works for; null if it is not known or the device is not observed.</summary>
    public string? Block { get; private set; }

    /// <summary>The server on which the job is running.</summary>
    public object? Server { get; set; }

    /// <summary>Whether the job was speculative when it was last checked.</summary>
    public bool WasSpeculative { get; private set; }

    /// <summary>Checks whether the job is still speculative. A job that has committed is not checked again.</summary>
    public bool Ask() => WasSpeculative = WasSpeculative && (_context?.IsSpeculative ?? _isSpeculative!());

    public void Watch() => _registration = CancellationToken.UnsafeRegister(static (job, _) => ((DeviceJob)job!).Cancel(), this);

    /// <summary>Notes the job's origin for the observer. Later, the context may no longer be valid.</summary>
    public void Note(long now)
    {
        QueuedAt = now;
        if (_context is { } context)
        {
            (Turn, Block) = (context.TurnId.Value, context.BlockName);
        }
    }

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

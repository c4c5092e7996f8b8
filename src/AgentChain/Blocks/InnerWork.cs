using System.Diagnostics;
using AgentChain.Blocks;
using AgentChain.Costs;
using AgentChain.Devices;

namespace AgentChain;

/// <summary>
/// Represents a piece of work inside a block, such as a call of a tool, from <see cref="BlockContext.Begin"/> to <see cref="End"/>. The
/// turn's report shows it under the name <c>block/work</c>, with the time that it waited and the time that it ran.
/// </summary>
/// <remarks>
/// <code>
///   Begin ── CommittedAsync ── waiting ── Run ── running ── End
///              └────── Await ── the block waits ──┘
/// </code>
/// While the block waits for the work, the turn's critical path shows the work instead of the block, as
/// <see cref="PartKind.InnerWait"/> before <see cref="Run"/> and as <see cref="PartKind.Inner"/> after it. If the block waits for several
/// works at once, the one that ended last counts. Thread-safe. Once the work or its turn has ended, all methods do nothing.
/// </remarks>
[DebuggerDisplay("{Name}, {Status}")]
public class InnerWork
{
    readonly Lock _lock = new();
    readonly IInnerHost _host;
    DeviceLease? _lease;
    bool _isServed;
    long _awaitedFrom;

    internal InnerWork(IInnerHost host, IBlockScope run, string name) =>
        (_host, Owner, Name, BeganAt) = (host, run, name, host.Now);

    /// <summary>Gets the name of the work, such as the name of a tool.</summary>
    public string Name { get; }

    /// <summary>Gets a value that indicates whether the work has begun to run and has not ended.</summary>
    public bool IsRunning => RanAt != 0 && !HasEnded;

    /// <summary>Gets a value that indicates whether the work has ended, by itself or with its turn.</summary>
    public bool HasEnded => EndedAt != 0;

    /// <summary>Gets how the work ended.</summary>
    /// <value><see langword="null"/> while it has not ended, and if it was not finished when its turn ended.</value>
    public InnerStatus? Status { get; private set; }

    /// <summary>The run of the block that began the work.</summary>
    internal IBlockScope Owner { get; }

    internal long BeganAt { get; }

    /// <summary>
    /// The time at which its wait for the commit ended; 0 if it did not wait, <see cref="long.MaxValue"/> while it waits.
    /// </summary>
    internal long CommittedAt { get; private set; }

    /// <summary>The time at which it began to run; 0 before that.</summary>
    internal long RanAt { get; private set; }

    /// <summary>The time at which it ended; 0 before that.</summary>
    internal long EndedAt { get; private set; }

    /// <summary>The time at which the block first waited for it, even if it had ended then; 0 before that.</summary>
    internal long AwaitedAt { get; private set; }

    /// <summary>The size of the work that its lease was requested for; null if it is not known.</summary>
    internal CostFeatures? Size { get; private set; }

    /// <summary>The span of the work; null if there is none.</summary>
    internal Activity? Span { get; set; }

    /// <summary>Marks the work as running, after any wait for its turn, its arguments or a device.</summary>
    public void Run()
    {
        lock (_lock)
        {
            if (IsLive && RanAt == 0)
            {
                RanAt = _host.Now;
                _host.Running(this);
            }
        }
    }

    /// <summary>
    /// Waits until the block's run is committed, as <see cref="BlockContext.CommittedAsync"/> does, and reports that time as
    /// <see cref="BlockSpan.CommitWait"/>: of the work, and of the block while it waits for the work. Call it before <see cref="Run"/>, for
    /// work with an effect.
    /// </summary>
    /// <param name="cancellationToken">The token that cancels the wait: the one that the block got.</param>
    /// <returns>A task that completes when the run is committed; at once if it already is.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public async ValueTask CommittedAsync(CancellationToken cancellationToken)
    {
        SetCommitted(long.MaxValue);
        await Owner.CommittedAsync(cancellationToken);
        SetCommitted(_host.Now);
    }

    /// <summary>
    /// Acquires a lease of a device for the work from the chain's device scheduler. Call it before <see cref="Run"/>: the time until then
    /// is shown as waiting. Committed work goes before early work, and before work of a run on a hypothesis.
    /// </summary>
    /// <param name="device">The requested device.</param>
    /// <param name="cancellationToken">The token that cancels the wait.</param>
    /// <returns>The lease, which the block must give to <see cref="Release"/> when the work has ended, however it ended.</returns>
    /// <exception cref="DeviceNotPresentException">
    /// No device fulfills the request. Implement <see cref="IHasInnerDevices"/>, so that Build finds this.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was canceled; no lease is held.</exception>
    public ValueTask<DeviceLease> AcquireAsync(DeviceRequest device, CancellationToken cancellationToken) =>
        AcquireAsync(device, WorkPhase.Whole, cancellationToken);

    /// <summary>
    /// Acquires a lease of a device for a phase of the block, such as reading a prompt, so that the chain's device scheduler can place the
    /// phases apart. Call it before <see cref="Run"/>: the time until then is shown as waiting.
    /// </summary>
    /// <param name="device">The requested device.</param>
    /// <param name="phase">The phase. The request then carries the name of the block instead of that of the work.</param>
    /// <param name="cancellationToken">The token that cancels the wait.</param>
    /// <returns>The lease, which the block must give to <see cref="Release"/> when the phase has ended, however it ended.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="phase"/> is not defined.</exception>
    /// <exception cref="DeviceNotPresentException">
    /// No device fulfills the request. Implement <see cref="IHasInnerDevices"/>, so that Build finds this.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was canceled; no lease is held.</exception>
    public ValueTask<DeviceLease> AcquireAsync(DeviceRequest device, WorkPhase phase, CancellationToken cancellationToken) =>
        AcquireAsync(device, phase, null, cancellationToken);

    /// <summary>
    /// Acquires a lease of a device for a phase of the block whose time depends on the size of the work, such as the number of tokens to read.
    /// The time of each work that completes is learned for its name and device (<see cref="ChainOptions.Costs"/>), and a scheduler with
    /// several devices gets the prediction.
    /// </summary>
    /// <param name="device">The requested device.</param>
    /// <param name="phase">The phase. The request then carries the name of the block instead of that of the work.</param>
    /// <param name="size">The size of the work; <see langword="null"/> if it is not known.</param>
    /// <param name="cancellationToken">The token that cancels the wait.</param>
    /// <returns>The lease, which the block must give to <see cref="Release"/> when the phase has ended, however it ended.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="phase"/> is not defined, or the size is negative or not finite.</exception>
    /// <exception cref="DeviceNotPresentException">
    /// No device fulfills the request. Implement <see cref="IHasInnerDevices"/>, so that Build finds this.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was canceled; no lease is held.</exception>
    public async ValueTask<DeviceLease> AcquireAsync(
        DeviceRequest device, WorkPhase phase, CostFeatures? size, CancellationToken cancellationToken)
    {
        OptionCheck.Defined(phase, nameof(phase));
        Size = size?.Checked(nameof(size));
        cancellationToken.ThrowIfCancellationRequested();
        DeviceLease lease = await _host.AcquireAsync(this, device, phase, cancellationToken);
        if (cancellationToken.IsCancellationRequested)
        {
            Release(lease);
            throw new OperationCanceledException(cancellationToken);
        }

        _lease = lease;
        return lease;
    }

    /// <summary>
    /// Tells the chain's device scheduler that the device of the work's lease is gone, so that nothing else is placed there. The chain does so
    /// itself only for the lease of a block that was added with <c>On</c>. Does nothing if the exception names another device, or the work
    /// has no lease. Whatever the scheduler does, it does not throw.
    /// </summary>
    /// <param name="reason">The exception with which the work on the device ended.</param>
    /// <exception cref="ArgumentNullException"><paramref name="reason"/> is <see langword="null"/>.</exception>
    public void ReportLost(DeviceLostException reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (_lease is { } lease)
        {
            _host.FoundLost(this, lease, reason);
        }
    }

    /// <summary>Releases a lease. Never throws, whatever the scheduler does.</summary>
    /// <param name="lease">The lease, or <see langword="null"/> for none.</param>
    public void Release(DeviceLease? lease)
    {
        if (lease is not null)
        {
            _host.Release(this, lease);
            lock (_lock)
            {
                Serve();
            }
        }
    }

    /// <summary>Whether the work may be wasted: it is early, or its run is on a hypothesis.</summary>
    internal virtual bool MayBeInVain => Owner.IsSpeculative;

    /// <summary>Marks the block as waiting for the work, from now until the work ends or <see cref="StopAwaiting"/> is called.</summary>
    public void Await()
    {
        lock (_lock)
        {
            if (AwaitedAt == 0 && !_host.IsOver)
            {
                AwaitedAt = _host.Now;
            }

            if (IsLive && _awaitedFrom == 0)
            {
                _awaitedFrom = _host.Now;
            }
        }
    }

    /// <summary>Marks the block as no longer waiting for the work, for example because it continues without the result.</summary>
    public void StopAwaiting()
    {
        lock (_lock)
        {
            if (IsLive)
            {
                StopWaiting(_host.Now);
            }
        }
    }

    /// <summary>Ends the work. Only the first call counts.</summary>
    /// <param name="status">How the work ended.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is not defined.</exception>
    public void End(InnerStatus status)
    {
        OptionCheck.Defined(status, nameof(status));
        lock (_lock)
        {
            if (IsLive)
            {
                Status = status;
                EndAt(_host.Now);
                if (status == InnerStatus.TimedOut && _lease is { IsReleased: false } held)
                {
                    // The work is given up, but still runs there.
                    held.Lane.MarkStuck();
                }

                Serve();
            }
        }
    }

    /// <summary>Returns a one-line description that contains the name and the state, but no user content.</summary>
    /// <returns>The description.</returns>
    public override string ToString() =>
        $"'{Name}' {(Status is { } status ? status : HasEnded ? "unfinished" : RanAt != 0 ? "running" : "waiting")}";

    /// <summary>Ends the work with its turn, at the turn's end.</summary>
    /// <param name="at">The time at which the turn ended.</param>
    /// <param name="completed">Whether the turn completed.</param>
    internal void Close(long at, bool completed)
    {
        lock (_lock)
        {
            if (!HasEnded)
            {
                // A thread of the block's own can begin or run the work between the end of the turn and this call.
                EndAt(Math.Max(at, Math.Max(BeganAt, RanAt)));
            }

            Closed(completed);
        }
    }

    private protected IInnerHost Host => _host;

    private protected Lock Sync => _lock;

    private protected bool IsLive => !HasEnded && !_host.IsOver;

    /// <summary>Called under the lock when the turn has ended.</summary>
    private protected virtual void Closed(bool completed)
    {
    }

    /// <summary>Called under the lock when the work has ended.</summary>
    private protected virtual void JustEnded()
    {
    }

    void SetCommitted(long at)
    {
        lock (_lock)
        {
            if (IsLive && RanAt == 0)
            {
                CommittedAt = at;
            }
        }
    }

    void EndAt(long now)
    {
        StopWaiting(now);
        EndedAt = now;
        _host.Ended(this);
        JustEnded();
    }

    /// <summary>Tells the host once that the work has completed and its lease is back, in whichever order.</summary>
    void Serve()
    {
        if (!_isServed && Status == InnerStatus.Completed && _lease is { IsReleased: true } lease)
        {
            _isServed = true;
            _host.Served(this, lease);
        }
    }

    void StopWaiting(long now)
    {
        if (_awaitedFrom != 0)
        {
            _host.Waited(this, _awaitedFrom, now);
            _awaitedFrom = 0;
        }
    }
}

using System.Diagnostics;

namespace AgentChain.Devices;

/// <summary>
/// Represents a dedicated thread that runs native calls for a device, one at a time and in order, so that a model's kernel
/// neither blocks nor waits for a thread-pool thread. Thread-safe.
/// </summary>
/// <remarks>
/// A token that is canceled before the job starts removes the job; after that, the job itself must observe the token (AgentChain.Onnx sets
/// <c>RunOptions.Terminate</c>). Continuations of the returned task never run on the lane. A model's session can be used from every lane of
/// its device.
/// <para>
/// Of the jobs that wait, those of committed leases go before those of speculative ones, and of these, the one of the lease that should begin
/// earliest (<see cref="PlacementRequest.StartBy"/>) goes first; the others, in order of arrival. So work in many short jobs, such as a
/// prefill in chunks, lets committed work wait for one of its jobs at most.
/// </para>
/// A running job is only abandoned if it hangs for longer than its <see cref="DeviceScheduler"/> allows, or if its device is lost.
/// </remarks>
[DebuggerDisplay("{Name,nq}: {Pending} pending, stuck {IsStuck}")]
public sealed class DeviceLane : IDisposable
{
    readonly LaneCore _core;

    /// <summary>The request of the lease whose jobs this view of the lane runs; null for the lane itself.</summary>
    readonly LaneRank? _rank;
    readonly DeviceLane? _shared;

    /// <summary>Creates a lane. Its thread starts with its first job.</summary>
    /// <param name="name">The name of the lane and of its thread.</param>
    /// <param name="capacity">The maximum number of waiting jobs. Further callers wait for room. The default is 1024.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is less than 1.</exception>
    public DeviceLane(string name, int capacity = 1024) =>
        _core = new LaneCore(OptionCheck.Name(name, nameof(name)), OptionCheck.AtLeast(capacity, 1, nameof(capacity)));

    DeviceLane(DeviceLane shared, LaneRank rank) => (_core, _shared, _rank) = (shared._core, shared, rank);

    /// <summary>Gets the lane's name.</summary>
    public string Name => _core.Name;

    /// <summary>Gets the number of jobs that wait or run.</summary>
    public int Pending => _core.Pending;

    /// <summary>
    /// Gets a value that indicates whether the running job should end soon, because other jobs wait or the lane was disposed. For a long
    /// job that can be resumed by another one, and that asks from time to time.
    /// </summary>
    public bool ShouldYield => _core.ShouldYield;

    /// <summary>
    /// Gets a value that indicates whether a job has outlived its turn: its block was detached because it did not observe its
    /// cancellation token. The lane stays stuck until that job, and the other jobs that were on the lane at that time, have left. Policies
    /// avoid it.
    /// </summary>
    public bool IsStuck => _core.IsStuck;

    /// <summary>
    /// Gets the lane that all leases of it share. The lane of a lease can be a view of its own, whose jobs have the order of that lease.
    /// </summary>
    public DeviceLane Shared => _shared ?? this;

    /// <summary>
    /// Determines whether a job would go before one of another lease of the same lane: whether this lease is committed and the other is not,
    /// or should begin earlier. For one job that does the work of several leases.
    /// </summary>
    /// <param name="other">The lane of the other lease.</param>
    /// <exception cref="ArgumentNullException"><paramref name="other"/> is <see langword="null"/>.</exception>
    public bool IsAheadOf(DeviceLane other)
    {
        ArgumentNullException.ThrowIfNull(other);
        bool isSpeculative = _rank?.Request.IsSpeculativeNow ?? false, isOther = other._rank?.Request.IsSpeculativeNow ?? false;
        return isSpeculative != isOther
            ? isOther
            : !isSpeculative && (_rank?.Request.StartBy ?? long.MaxValue) < (other._rank?.Request.StartBy ?? long.MaxValue);
    }

    /// <summary>Runs a job on the lane.</summary>
    /// <typeparam name="TState">The type of the job's state, so that the job can be a static lambda.</typeparam>
    /// <typeparam name="TResult">The type of the job's result.</typeparam>
    /// <param name="state">The state that is passed to the job.</param>
    /// <param name="job">The job to run on the lane's thread.</param>
    /// <param name="cancellationToken">The token that removes the job while it waits. It is passed to the job.</param>
    /// <returns>A task with the job's result. An exception of the job is rethrown by the task.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled before the job started, or the job observed it.</exception>
    /// <exception cref="ObjectDisposedException">The lane was disposed.</exception>
    /// <exception cref="DeviceLostException">The device was lost.</exception>
    /// <exception cref="LaneHungException">The job did not return within the time that the scheduler allows.</exception>
    public ValueTask<TResult> RunAsync<TState, TResult>(
        TState state, Func<TState, CancellationToken, TResult> job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<TResult>(cancellationToken);
        }

        var work = new LaneJob<TState, TResult>(state, job, cancellationToken) { Rank = _rank };
        work.Watch();
        return _core.Run(work) ? new ValueTask<TResult>(work.Task) : WaitForRoomAsync(work);
    }

    /// <summary>Stops accepting jobs and cancels waiting jobs. Does not wait for the running job.</summary>
    public void Dispose() => _core.Dispose();

    /// <summary>Whether the lane has a thread: a server's lanes, which run no native calls, need none.</summary>
    internal bool HasStarted => _core.HasStarted;

    /// <summary>What the lane shares with its views.</summary>
    internal LaneCore Core => _core;

    /// <summary>Returns a one-line description that contains names and numbers, but no user content.</summary>
    /// <returns>The description.</returns>
    public override string ToString() => OptionCheck.Text($"{Name}: {Pending} pending{(IsStuck ? ", stuck" : "")}");

    internal void MarkStuck() => _core.MarkStuck();

    /// <summary>Returns the lane for the jobs of a lease: they have the order of its request.</summary>
    internal DeviceLane For(in PlacementRequest request) =>
        request.IsSpeculative || request.StartBy != long.MaxValue ? new DeviceLane(Shared, new LaneRank(request)) : this;

    async ValueTask<TResult> WaitForRoomAsync<TState, TResult>(LaneJob<TState, TResult> work)
    {
        try
        {
            return await work.Task.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _core.LeftOutside(work);
            throw;
        }
    }
}

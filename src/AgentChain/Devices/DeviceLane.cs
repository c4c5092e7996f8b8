using System.Diagnostics;
using System.Threading.Channels;

namespace AgentChain.Devices;

/// <summary>
/// Represents a dedicated thread that runs native calls for a device, one at a time and in order, so that a model's kernel
/// neither blocks nor waits for a thread-pool thread. Thread-safe.
/// </summary>
/// <remarks>
/// A running job is never abandoned. A token that is canceled before the job starts removes the job; after that, the job itself must
/// observe the token (AgentChain.Onnx sets <c>RunOptions.Terminate</c>). Continuations of the returned task never run on the lane. A
/// model's session can be used from every lane of its device.
/// </remarks>
[DebuggerDisplay("{Name,nq}: {Pending} pending, stuck {IsStuck}")]
public sealed class DeviceLane : IDisposable
{
    readonly Channel<LaneJob> _jobs;
    readonly Thread _thread;
    int _started;
    long _entered;
    long _left;

    /// <summary>The lane is stuck until this many jobs have left it: all jobs that had entered when a block was detached.</summary>
    long _stuckUntil;
    volatile bool _disposed;

    /// <summary>The number of leases that refer to this lane.</summary>
    internal int Holders;

    /// <summary>Creates a lane. Its thread starts with its first job.</summary>
    /// <param name="name">The name of the lane and of its thread.</param>
    /// <param name="capacity">The maximum number of waiting jobs. Further callers wait for room. The default is 1024.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is less than 1.</exception>
    public DeviceLane(string name, int capacity = 1024)
    {
        OptionCheck.Name(name, nameof(name));
        OptionCheck.AtLeast(capacity, 1, nameof(capacity));
        Name = name;
        _jobs = Channel.CreateBounded<LaneJob>(new BoundedChannelOptions(capacity) { SingleReader = true });
        _thread = new Thread(Serve) { IsBackground = true, Name = name };
    }

    /// <summary>Gets the lane's name.</summary>
    public string Name { get; }

    /// <summary>Gets the number of jobs that wait or run.</summary>
    public int Pending => (int)Math.Max(0, Volatile.Read(ref _entered) - Volatile.Read(ref _left));

    /// <summary>
    /// Gets a value that indicates whether the running job should end soon, because other jobs wait or the lane was disposed. For a long
    /// job that can be resumed by another one, and that asks from time to time.
    /// </summary>
    public bool ShouldYield => _disposed || Pending > 1;

    /// <summary>
    /// Gets a value that indicates whether a job has outlived its turn: its block was detached because it did not observe its
    /// cancellation token. The lane stays stuck until that job, and the other jobs that were on the lane at that time, have left. Policies
    /// avoid it.
    /// </summary>
    public bool IsStuck => Volatile.Read(ref _left) < Volatile.Read(ref _stuckUntil);

    /// <summary>Runs a job on the lane.</summary>
    /// <typeparam name="TState">The type of the job's state, so that the job can be a static lambda.</typeparam>
    /// <typeparam name="TResult">The type of the job's result.</typeparam>
    /// <param name="state">The state that is passed to the job.</param>
    /// <param name="job">The job to run on the lane's thread.</param>
    /// <param name="cancellationToken">The token that removes the job while it waits. It is passed to the job.</param>
    /// <returns>A task with the job's result. An exception of the job is rethrown by the task.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled before the job started, or the job observed it.</exception>
    /// <exception cref="ObjectDisposedException">The lane was disposed.</exception>
    public ValueTask<TResult> RunAsync<TState, TResult>(
        TState state, Func<TState, CancellationToken, TResult> job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<TResult>(cancellationToken);
        }

        var work = new LaneJob<TState, TResult>(state, job, cancellationToken);
        work.Watch();
        Interlocked.Increment(ref _entered);
        if (Volatile.Read(ref _started) == 0 && Interlocked.Exchange(ref _started, 1) == 0)
        {
            _thread.UnsafeStart();
        }

        if (_jobs.Writer.TryWrite(work))
        {
            return new ValueTask<TResult>(work.Task);
        }

        return WaitForRoomAsync(work, cancellationToken);
    }

    /// <summary>Stops accepting jobs and cancels waiting jobs. Does not wait for the running job.</summary>
    public void Dispose()
    {
        _disposed = true;
        _jobs.Writer.TryComplete();
    }

    /// <summary>Whether the lane has a thread: a server's lanes, which run no native calls, need none.</summary>
    internal bool HasStarted => Volatile.Read(ref _started) != 0;

    /// <summary>Returns a one-line description that contains names and numbers, but no user content.</summary>
    /// <returns>The description.</returns>
    public override string ToString() => OptionCheck.Text($"{Name}: {Pending} pending{(IsStuck ? ", stuck" : "")}");

    internal void MarkStuck()
    {
        // Not only the running job: it may belong to another block, with the detached block's job still queued after it.
        Volatile.Write(ref _stuckUntil, Volatile.Read(ref _entered));
    }

    async ValueTask<TResult> WaitForRoomAsync<TState, TResult>(
        LaneJob<TState, TResult> work, CancellationToken cancellationToken)
    {
        try
        {
            await _jobs.Writer.WriteAsync(work, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            Interlocked.Increment(ref _left);
            work.Drop();
            throw error is ChannelClosedException ? new ObjectDisposedException(Name) : error;
        }

        return await work.Task.ConfigureAwait(false);
    }

    void Serve()
    {
        ChannelReader<LaneJob> jobs = _jobs.Reader;
        while (Next(jobs) is { } job)
        {
            if (_disposed)
            {
                job.Drop();
            }

            job.Run();
            Interlocked.Increment(ref _left);
            job.Complete();
        }
    }

    static LaneJob? Next(ChannelReader<LaneJob> jobs)
    {
        while (true)
        {
            if (jobs.TryRead(out LaneJob? job))
            {
                return job;
            }

            // Blocking is fine here: the lane's thread only waits for its next job.
            ValueTask<bool> more = jobs.WaitToReadAsync();
            if (!(more.IsCompleted ? more.GetAwaiter().GetResult() : more.AsTask().GetAwaiter().GetResult()))
            {
                return null;
            }
        }
    }
}

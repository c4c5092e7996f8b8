using System.Diagnostics;
using System.Threading.Channels;

namespace AgentChain.Devices;

/// <summary>
/// A thread of its own that runs native calls for a device, one at a time and in order, so that a model's kernel
/// neither blocks nor waits for a thread-pool thread. Safe for use by many callers at once.
/// </summary>
/// <remarks>
/// A job is never abandoned half way: a token that fires before the job starts removes it; one that fires while it
/// runs is the job's to obey (AgentChain.Onnx lets it set <c>RunOptions.Terminate</c>). Continuations of the returned
/// task never run on the lane. A model's session may be used from every lane of its device.
/// </remarks>
[DebuggerDisplay("{Name,nq}: {Pending} pending, stuck {IsStuck}")]
public sealed class DeviceLane : IDisposable
{
    readonly Channel<LaneJob> _jobs;
    readonly Thread _thread;
    long _entered;
    long _left;

    /// <summary>The lane is stuck until as many jobs have left: those that were inside when a block was detached.</summary>
    long _stuckUntil;
    volatile bool _disposed;

    /// <summary>How many leases name this lane.</summary>
    internal int Holders;

    /// <summary>Starts a lane.</summary>
    /// <param name="name">The lane's name, which is also its thread's.</param>
    /// <param name="capacity">How many jobs may wait; 1024 by default. A further caller waits for room.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is below 1.</exception>
    public DeviceLane(string name, int capacity = 1024)
    {
        OptionCheck.Name(name, nameof(name));
        OptionCheck.AtLeast(capacity, 1, nameof(capacity));
        Name = name;
        _jobs = Channel.CreateBounded<LaneJob>(new BoundedChannelOptions(capacity) { SingleReader = true });
        _thread = new Thread(Serve) { IsBackground = true, Name = name };
        _thread.UnsafeStart();
    }

    /// <summary>Gets the lane's name.</summary>
    public string Name { get; }

    /// <summary>Gets how many jobs wait or run.</summary>
    public int Pending => (int)Math.Max(0, Volatile.Read(ref _entered) - Volatile.Read(ref _left));

    /// <summary>
    /// Gets whether a job has outlived the turn it was for: its block was detached because it did not obey its token. The lane
    /// runs nothing else until that job, and those that were inside with it, have returned; policies avoid it.
    /// </summary>
    public bool IsStuck => Volatile.Read(ref _left) < Volatile.Read(ref _stuckUntil);

    /// <summary>Runs a job on the lane and completes with its result.</summary>
    /// <typeparam name="TState">What the job needs, so that it can be a static lambda.</typeparam>
    /// <typeparam name="TResult">What the job makes.</typeparam>
    /// <param name="state">Handed to the job.</param>
    /// <param name="job">Runs on the lane's thread.</param>
    /// <param name="cancellationToken">Removes the job while it waits; handed to it once it runs.</param>
    /// <returns>The job's result. What the job throws, the task throws.</returns>
    /// <exception cref="OperationCanceledException">The token fired before the job began, or the job obeyed it.</exception>
    /// <exception cref="ObjectDisposedException">The lane is disposed.</exception>
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
        if (_jobs.Writer.TryWrite(work))
        {
            return new ValueTask<TResult>(work.Task);
        }

        return WaitForRoomAsync(work, cancellationToken);
    }

    /// <summary>Takes no further jobs; those waiting are cancelled. Does not wait for the one that runs.</summary>
    public void Dispose()
    {
        _disposed = true;
        _jobs.Writer.TryComplete();
    }

    /// <summary>Describes it in a line: names and numbers, never what a user said.</summary>
    /// <returns>The line.</returns>
    public override string ToString() => OptionCheck.Text($"{Name}: {Pending} pending{(IsStuck ? ", stuck" : "")}");

    internal void MarkStuck()
    {
        // Not only the job that runs: that may be another's, and the detached block's own comes after it.
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

            // A lane's thread has nothing else to do than wait for its next job.
            ValueTask<bool> more = jobs.WaitToReadAsync();
            if (!(more.IsCompleted ? more.GetAwaiter().GetResult() : more.AsTask().GetAwaiter().GetResult()))
            {
                return null;
            }
        }
    }
}

using System.Diagnostics;

namespace AgentChain.Simulation;

/// <summary>
/// Simulates a device in virtual time. It runs a fixed number of jobs at once and queues the rest. Committed work has priority over
/// speculative work; within each class, jobs run in order of arrival.
/// </summary>
/// <remarks>
/// With a time slice, speculative jobs run in slices and yield between them to waiting committed work, which therefore waits for at most
/// one slice. Without a slice, and for committed jobs, a started job runs to its end. The device checks whether a job is still speculative
/// whenever a server is free and at the end of each of its slices; a committed job stays committed. A canceled job leaves its queue or
/// server immediately. Use the device only on the thread of its clock's <see cref="VirtualWorld"/>.
/// </remarks>
[DebuggerDisplay("{Running} running, {Waiting} waiting")]
public sealed class SimulatedDevice
{
    readonly TimeProvider _clock;
    readonly Server[] _servers;
    readonly TimeSpan? _slice;
    readonly LinkedList<DeviceJob> _certain = new();
    readonly LinkedList<DeviceJob> _speculative = new();
    TimeSpan _busy;
    TimeSpan _busySpeculative;
    TimeSpan _aborted;
    long _arrivals;

    /// <summary>Initializes an idle device.</summary>
    /// <param name="clock">The clock of the device's world.</param>
    /// <param name="servers">The number of jobs that run at once; at least 1.</param>
    /// <param name="slice">
    /// The time that a speculative job runs before it yields to committed work, such as 20 ms; <see langword="null"/>, the default, for no
    /// limit.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The number of servers is less than 1, or the slice is not positive.</exception>
    public SimulatedDevice(VirtualClock clock, int servers = 1, TimeSpan? slice = null)
    {
        ArgumentNullException.ThrowIfNull(clock);
        OptionCheck.AtLeast(servers, 1, nameof(servers));
        OptionCheck.Positive(slice, nameof(slice));
        (_clock, _slice) = (clock, slice);
        _servers = new Server[servers];
        for (int i = 0; i < servers; i++)
        {
            _servers[i] = new Server(this);
        }
    }

    /// <summary>Gets the observer of the jobs that end.</summary>
    internal IDeviceObserver? Observer { get; init; }

    /// <summary>Gets the number of running jobs.</summary>
    public int Running { get; private set; }

    /// <summary>Gets the number of waiting jobs.</summary>
    public int Waiting => _certain.Count + _speculative.Count;

    /// <summary>
    /// Gets the load: 0 is idle, 1 means that all servers are taken, and a higher value means that work is waiting; as in
    /// <c>SpeculationRequest.Load</c>.
    /// </summary>
    public double Load => (Running + Waiting) / (double)_servers.Length;

    /// <summary>Gets the total working time of all servers, including running jobs up to now.</summary>
    public TimeSpan Busy => _busy + Unaccounted(_ => true);

    /// <summary>Gets the part of <see cref="Busy"/> that was spent on jobs while they were speculative.</summary>
    public TimeSpan BusySpeculative => _busySpeculative + Unaccounted(job => job.WasSpeculative);

    /// <summary>Gets the part of <see cref="Busy"/> that was wasted on jobs that were later canceled.</summary>
    public TimeSpan BusyAborted => _aborted;

    /// <summary>Gets the number of completed jobs.</summary>
    public int Completed { get; private set; }

    /// <summary>Gets the number of jobs that were canceled while waiting or running.</summary>
    public int Aborted { get; private set; }

    /// <summary>Runs a job.</summary>
    /// <param name="work">The time that one server needs for the job. If zero or less, the job completes immediately.</param>
    /// <param name="speculative">
    /// <see langword="true"/> if the job is speculative until its end; otherwise, <see langword="false"/>.
    /// </param>
    /// <param name="cancellationToken">A token that cancels the job, waiting or running.</param>
    /// <returns>A task that completes when the job has ended.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public ValueTask RunAsync(TimeSpan work, bool speculative = false, CancellationToken cancellationToken = default) =>
        Add(new(this, work, speculative ? static () => true : null, null, cancellationToken));

    /// <summary>Runs a job that can start as speculative and commit later.</summary>
    /// <param name="work">The time that one server needs for the job. If zero or less, the job completes immediately.</param>
    /// <param name="isSpeculative">A function that returns whether the job is still speculative. It must be cheap.</param>
    /// <param name="cancellationToken">A token that cancels the job, waiting or running.</param>
    /// <returns>A task that completes when the job has ended.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public ValueTask RunAsync(TimeSpan work, Func<bool> isSpeculative, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(isSpeculative);
        return Add(new(this, work, isSpeculative, null, cancellationToken));
    }

    /// <summary>Runs the job of a block. The job is speculative as long as the block's input is.</summary>
    /// <param name="work">The time that one server needs for the job. If zero or less, the job completes immediately.</param>
    /// <param name="context">The context of the block's run.</param>
    /// <param name="cancellationToken">A token that cancels the job, waiting or running.</param>
    /// <returns>A task that completes when the job has ended.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public ValueTask RunAsync(TimeSpan work, BlockContext context, CancellationToken cancellationToken = default) =>
        Add(new(this, work, null, context, cancellationToken));

    internal void Remove(DeviceJob job)
    {
        job.Place.List?.Remove(job.Place);
        if (job.Server is Server server)
        {
            server.Stop();
        }

        Aborted++;
        _aborted += job.Worked;
        Notify(job, isCompleted: false);
        Serve();
    }

    ValueTask Add(DeviceJob job)
    {
        if (job.CancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(job.CancellationToken);
        }

        if (job.Left <= TimeSpan.Zero)
        {
            return default;
        }

        job.Order = _arrivals++;
        if (Observer is not null)
        {
            job.Note(_clock.GetTimestamp());
        }

        (job.Ask() ? _speculative : _certain).AddLast(job.Place);
        job.Watch();
        Serve();
        return new(job.Task);
    }

    /// <summary>Assigns waiting jobs to free servers.</summary>
    void Serve()
    {
        if (Waiting == 0 || Running == _servers.Length)
        {
            return;
        }

        Promote();
        foreach (Server server in _servers)
        {
            if (server.Job is null && TakeNext() is { } next)
            {
                server.Start(next, _slice);
            }
        }
    }

    void Notify(DeviceJob job, bool isCompleted) => Observer?.Ended(job.Turn, job.Block, new DeviceWork
    {
        QueuedAt = job.QueuedAt,
        StartedAt = job.StartedAt,
        EndedAt = _clock.GetTimestamp(),
        Worked = job.Worked,
        Waited = new(_clock.GetTimestamp() - job.QueuedAt - job.Worked.Ticks),
        IsCompleted = isCompleted,
    });

    DeviceJob? TakeNext()
    {
        LinkedListNode<DeviceJob>? next = _certain.First ?? _speculative.First;
        next?.List!.Remove(next);
        return next?.Value;
    }

    /// <summary>Moves jobs that have committed to the committed queue, in order of arrival.</summary>
    void Promote()
    {
        for (LinkedListNode<DeviceJob>? at = _speculative.First; at is not null;)
        {
            LinkedListNode<DeviceJob> job = at;
            at = at.Next;
            if (!job.Value.Ask())
            {
                _speculative.Remove(job);
                Insert(_certain, job);
            }
        }
    }

    static void Insert(LinkedList<DeviceJob> queue, LinkedListNode<DeviceJob> job)
    {
        LinkedListNode<DeviceJob>? behind = queue.Last;
        while (behind is not null && behind.Value.Order > job.Value.Order)
        {
            behind = behind.Previous;
        }

        if (behind is null)
        {
            queue.AddFirst(job);
        }
        else
        {
            queue.AddAfter(behind, job);
        }
    }

    TimeSpan Unaccounted(Func<DeviceJob, bool> counts)
    {
        TimeSpan sum = TimeSpan.Zero;
        foreach (Server server in _servers)
        {
            sum += server.Job is { } job && counts(job) ? _clock.GetElapsedTime(server.Since) : TimeSpan.Zero;
        }

        return sum;
    }

    /// <summary>One server of the device, with the timer of its slice.</summary>
    sealed class Server
    {
        readonly SimulatedDevice _device;
        readonly ITimer _timer;
        TimeSpan _run;

        public Server(SimulatedDevice device)
        {
            _device = device;
            _timer = device._clock.CreateTimer(
                static server => ((Server)server!).EndOfSlice(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public DeviceJob? Job { get; private set; }

        public long Since { get; private set; }

        public void Start(DeviceJob job, TimeSpan? slice)
        {
            (Job, job.Server) = (job, this);
            Since = _device._clock.GetTimestamp();
            job.StartedAt = job.StartedAt == 0 ? Since : job.StartedAt;
            _run = slice is { } most && job.WasSpeculative && most < job.Left ? most : job.Left;
            _timer.Change(_run, Timeout.InfiniteTimeSpan);
            _device.Running++;
        }

        /// <summary>Removes the job from the server and accounts for its working time.</summary>
        public DeviceJob Stop()
        {
            DeviceJob job = Job!;
            (Job, job.Server) = (null, null);
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _device.Running--;
            TimeSpan done = _device._clock.GetElapsedTime(Since);
            job.Worked += done;
            job.Left -= done;
            _device._busy += done;
            _device._busySpeculative += job.WasSpeculative ? done : TimeSpan.Zero;
            return job;
        }

        void EndOfSlice()
        {
            // The token may have been canceled, and the next job started, between the timer and this call.
            if (Job is null || _device._clock.GetElapsedTime(Since) < _run)
            {
                return;
            }

            DeviceJob job = Stop();
            if (job.Left <= TimeSpan.Zero)
            {
                _device.Completed++;
                _device.Notify(job, isCompleted: true);
                _device.Serve();
                job.Finish();
                return;
            }

            Insert(job.Ask() ? _device._speculative : _device._certain, job.Place);
            _device.Serve();
        }
    }
}

using System.Diagnostics;
using AgentChain.Blocks;

namespace AgentChain.Simulation;

/// <summary>
/// Something that computes, in virtual time: so many jobs at once, the rest wait in a queue. Certain work goes before speculative work,
/// each in the order of arrival.
/// </summary>
/// <remarks>
/// With a slice, speculative jobs run in slices, and between two of them make room for certain work that waits; so certain work waits for
/// speculative work for one slice at most. Without one, and for certain jobs, what has begun runs to its end. A job is asked whether it is
/// still speculative whenever a server is free and at the end of each of its slices; one that has become certain stays so. A cancelled job is
/// out of the queue, or off its server, at that instant. Belongs to the thread of its clock's <see cref="VirtualWorld"/>.
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

    /// <summary>Makes an idle device.</summary>
    /// <param name="clock">The clock of the world it stands in.</param>
    /// <param name="servers">How many jobs run at once; at least 1.</param>
    /// <param name="slice">How long a speculative job runs before it makes room for certain work, such as 20 ms; without limit by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no server, or the slice is not more than zero.</exception>
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

    /// <summary>Gets how many jobs run at this moment.</summary>
    public int Running { get; private set; }

    /// <summary>Gets how many jobs wait.</summary>
    public int Waiting => _certain.Count + _speculative.Count;

    /// <summary>Gets how busy it is: 0 idle, 1 all servers taken, more when work waits; as in <c>SpeculationRequest.Load</c>.</summary>
    public double Load => (Running + Waiting) / (double)_servers.Length;

    /// <summary>Gets how long its servers have worked, added up; the running jobs up to now included.</summary>
    public TimeSpan Busy => _busy + Unaccounted(_ => true);

    /// <summary>Gets what part of <see cref="Busy"/> went to jobs while they were speculative.</summary>
    public TimeSpan BusySpeculative => _busySpeculative + Unaccounted(job => job.WasSpeculative);

    /// <summary>Gets what part of <see cref="Busy"/> went to jobs that were cancelled later, and so was in vain.</summary>
    public TimeSpan BusyAborted => _aborted;

    /// <summary>Gets how many jobs were done to the end.</summary>
    public int Completed { get; private set; }

    /// <summary>Gets how many jobs were cancelled, waiting or running.</summary>
    public int Aborted { get; private set; }

    /// <summary>Runs a job.</summary>
    /// <param name="work">How long one server takes for it; nothing is done, at once, when it is zero or less.</param>
    /// <param name="speculative">Whether it is speculative, to its end.</param>
    /// <param name="cancellationToken">Stops it, waiting or running.</param>
    /// <returns>A task for the job's end.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public ValueTask RunAsync(TimeSpan work, bool speculative = false, CancellationToken cancellationToken = default) =>
        Add(new(this, work, speculative ? static () => true : null, null, cancellationToken));

    /// <summary>Runs a job that may begin speculative and become certain.</summary>
    /// <param name="work">How long one server takes for it; nothing is done, at once, when it is zero or less.</param>
    /// <param name="isSpeculative">Says whether it is speculative still; cheap.</param>
    /// <param name="cancellationToken">Stops it, waiting or running.</param>
    /// <returns>A task for the job's end.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public ValueTask RunAsync(TimeSpan work, Func<bool> isSpeculative, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(isSpeculative);
        return Add(new(this, work, isSpeculative, null, cancellationToken));
    }

    /// <summary>Runs a block's job: speculative as long as the block's input is.</summary>
    /// <param name="work">How long one server takes for it; nothing is done, at once, when it is zero or less.</param>
    /// <param name="context">The block's run.</param>
    /// <param name="cancellationToken">Stops it, waiting or running.</param>
    /// <returns>A task for the job's end.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
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
        (job.Ask() ? _speculative : _certain).AddLast(job.Place);
        job.Watch();
        Serve();
        return new(job.Task);
    }

    /// <summary>Gives the free servers work.</summary>
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

    DeviceJob? TakeNext()
    {
        LinkedListNode<DeviceJob>? next = _certain.First ?? _speculative.First;
        next?.List!.Remove(next);
        return next?.Value;
    }

    /// <summary>Moves what has become certain to the certain jobs, to the place its arrival gives it.</summary>
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

    /// <summary>One of the device's servers, with the timer of its slice.</summary>
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
            _run = slice is { } most && job.WasSpeculative && most < job.Left ? most : job.Left;
            _timer.Change(_run, Timeout.InfiniteTimeSpan);
            _device.Running++;
        }

        /// <summary>Takes the job off and counts what was done.</summary>
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
            // The token may have fired, and the next job begun, between the timer and this.
            if (Job is null || _device._clock.GetElapsedTime(Since) < _run)
            {
                return;
            }

            DeviceJob job = Stop();
            if (job.Left <= TimeSpan.Zero)
            {
                _device.Completed++;
                _device.Serve();
                job.Finish();
                return;
            }

            Insert(job.Ask() ? _device._speculative : _device._certain, job.Place);
            _device.Serve();
        }
    }
}

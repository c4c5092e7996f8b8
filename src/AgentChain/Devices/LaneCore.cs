namespace AgentChain.Devices;

/// <summary>
/// What a <see cref="DeviceLane"/> and its views share: the jobs and the thread that runs them.
/// <code>
///   Run ── waits ──(1) taken by the thread ── runs ──(2) left ──(3) its caller is told
///                                               └──(4) hung, or the device was lost: its caller is told at once; the thread is
///                                                      left to the call, and the next job starts another one
/// </code>
/// Jobs run outside the lock. Of (2) and (4), one happens: a thread that finds out at (2) that it was replaced ends.
/// </summary>
sealed class LaneCore(string name, int capacity)
{
    /// <summary>A monitor and not a <see cref="Lock"/>, because the thread waits on it for its next job.</summary>
    readonly object _lock = new();
    readonly LaneJobs _jobs = new(capacity);
    LaneJob? _running;
    long _runningSince;

    /// <summary>Whether the lane has a thread that serves it, and the number of threads that were replaced.</summary>
    bool _hasThread;
    int _replaced;
    long _entered;
    long _left;

    /// <summary>The lane is stuck until this many jobs have left it: all jobs that had entered when a block was detached.</summary>
    long _stuckUntil;
    int _hung;
    Exception? _lost;
    volatile bool _disposed;

    /// <summary>The number of leases that refer to this lane.</summary>
    public int Holders;

    public string Name => name;

    public bool HasStarted { get; private set; }

    public int Pending => (int)Math.Max(0, Volatile.Read(ref _entered) - Volatile.Read(ref _left));

    public bool ShouldYield => _disposed || Pending > 1;

    public bool IsStuck => Volatile.Read(ref _left) < Volatile.Read(ref _stuckUntil);

    /// <summary>The number of calls that have not returned and were left to threads of their own.</summary>
    public int Hung => Volatile.Read(ref _hung);

    /// <summary>Tells when the running job began, if anybody wants to know.</summary>
    public TimeProvider? Time { get; set; }

    /// <summary>Is told that the lane is stuck.</summary>
    public Action<LaneCore>? Stuck { get; set; }

    /// <summary>Adds a job; false if it must wait for room.</summary>
    /// <exception cref="DeviceLostException">The lane's device was lost.</exception>
    public bool Run(LaneJob job)
    {
        lock (_lock)
        {
            if (_lost is not null)
            {
                job.Fail(_lost);
                return true;
            }

            if (_disposed)
            {
                job.Fail(new ObjectDisposedException(name));
                return true;
            }

            _entered++;
            bool hasRoom = _jobs.Add(job);
            StartThread();
            Monitor.Pulse(_lock);
            return hasRoom;
        }
    }

    /// <summary>Counts a job that was canceled before there was room for it.</summary>
    public void LeftOutside(LaneJob job)
    {
        lock (_lock)
        {
            Interlocked.Add(ref _left, _jobs.RemoveOutside(job) ? 1 : 0);
        }
    }

    public void Dispose()
    {
        LaneJob[] outside;
        lock (_lock)
        {
            _disposed = true;
            (LaneJob[] inside, outside) = _jobs.Clear();
            Interlocked.Add(ref _left, inside.Length + outside.Length);
            Monitor.Pulse(_lock);
            foreach (LaneJob job in inside)
            {
                job.Drop();
            }
        }

        foreach (LaneJob job in outside)
        {
            job.Fail(new ObjectDisposedException(name));
        }
    }

    public void MarkStuck()
    {
        // Not only the running job: it may belong to another block, with the detached block's job still queued after it.
        Volatile.Write(ref _stuckUntil, Volatile.Read(ref _entered));
        if (IsStuck)
        {
            Stuck?.Invoke(this);
        }
    }

    /// <summary>Returns the running job, and when it began if <see cref="Time"/> is set; null if none runs.</summary>
    public (LaneJob? Job, long Since) Running
    {
        get
        {
            lock (_lock)
            {
                return (_running, _runningSince);
            }
        }
    }

    /// <summary>(4) Leaves the thread to a job that hangs; false if the job is no longer the running one.</summary>
    public bool Replace(LaneJob hung, Exception error)
    {
        lock (_lock)
        {
            if (!ReferenceEquals(_running, hung) || _disposed)
            {
                return false;
            }

            Abandon();
            if (_jobs.Count > 0)
            {
                StartThread();
            }
        }

        hung.Fail(error);
        return true;
    }

    /// <summary>(4) Ends all jobs with an exception, and each that comes, until the device is back.</summary>
    public void Lose(DeviceLostException error)
    {
        List<LaneJob> ended = [];
        lock (_lock)
        {
            _lost = error;
            (LaneJob[] inside, LaneJob[] outside) = _jobs.Clear();
            ended.AddRange([.. inside, .. outside]);
            Interlocked.Add(ref _left, ended.Count);
            if (_running is { } running)
            {
                ended.Add(running);
                Abandon();
            }
        }

        foreach (LaneJob job in ended)
        {
            job.Fail(error);
        }
    }

    public void Restore()
    {
        lock (_lock)
        {
            _lost = null;
        }
    }

    /// <summary>Gives up the thread of the running job. Called under the lock.</summary>
    void Abandon()
    {
        _replaced++;
        _running = null;
        _hasThread = false;
        _hung++;
        Interlocked.Increment(ref _left);
    }

    /// <summary>Starts a thread if the lane has none. Called under the lock.</summary>
    void StartThread()
    {
        if (!_hasThread)
        {
            int number = _replaced;
            var thread = new Thread(() => Serve(number)) { IsBackground = true, Name = name };
            (_hasThread, HasStarted) = (true, true);
            thread.UnsafeStart();
        }
    }

    void Serve(int number)
    {
        while (true)
        {
            LaneJob? job;
            lock (_lock)
            {
                // (1) Blocking is fine here: the lane's thread only waits for its next job.
                while ((job = _jobs.Take()) is null)
                {
                    if (_disposed)
                    {
                        return;
                    }

                    Monitor.Wait(_lock);
                }

                _running = job;
                _runningSince = Time?.Now() ?? 0;
            }

            job.Run();

            // (2)
            lock (_lock)
            {
                if (number != _replaced)
                {
                    _hung--;
                    return;
                }

                _running = null;
                Interlocked.Increment(ref _left);
            }

            // (3)
            job.Complete();
        }
    }
}

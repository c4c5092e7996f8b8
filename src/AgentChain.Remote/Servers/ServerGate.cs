namespace AgentChain.Remote;

/// <summary>
/// Decides whether a server gets a request: its health, and the time for which it shed. Only follows what it is told, by a clock that it is
/// given. Thread-safe.
/// </summary>
sealed class ServerGate(ChatServerOptions options, Action probe) : IDisposable
{
    // A server that answers with an error may only dislike the request; one that is gone is gone at once.
    const int MostFailures = 3;

    static readonly TimeSpan LongestShed = TimeSpan.FromMinutes(10);

    readonly Lock _lock = new();
    ServerHealth _health;
    int _failures;

    /// <summary>How often the server was lost. A request that entered before the last time says nothing about the server now.</summary>
    int _losses;

    /// <summary>The trial that runs; null if none does.</summary>
    TaskCompletionSource? _trial;
    bool _disposed;
    long _shedUntil = long.MinValue;
    TimeSpan _delay = options.ProbeDelay;
    ITimer? _timer;

    public ServerHealth Health
    {
        get
        {
            lock (_lock)
            {
                return _health;
            }
        }
    }

    /// <summary>The latest failure, other than that of a request that was at fault itself.</summary>
    public ServerException? LastFailure { get; private set; }

    /// <summary>Whether a request could enter now.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_lock)
            {
                return _health == ServerHealth.Healthy || (_health == ServerHealth.Recovering && _trial is null);
            }
        }
    }

    /// <summary>A task that completes when the trial that runs has ended; null if none runs.</summary>
    public Task? Trial
    {
        get
        {
            lock (_lock)
            {
                return _trial?.Task;
            }
        }
    }

    /// <summary>The time until a server that shed is asked again; zero if it did not.</summary>
    public TimeSpan ShedFor
    {
        get
        {
            lock (_lock)
            {
                long now = options.Time.GetTimestamp();
                return _shedUntil <= now ? TimeSpan.Zero : options.Time.GetElapsedTime(now, _shedUntil);
            }
        }
    }

    /// <summary>Lets a request in, which must end with one of the other methods.</summary>
    /// <param name="entry">The number that the request gives back then.</param>
    public bool TryEnter(out int entry)
    {
        lock (_lock)
        {
            entry = _losses;
            if (_health == ServerHealth.Unavailable || (_health == ServerHealth.Recovering && _trial is not null))
            {
                return false;
            }

            if (_health == ServerHealth.Recovering)
            {
                _trial = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return true;
        }
    }

    /// <summary>A request was answered.</summary>
    public void Answered(int entry)
    {
        lock (_lock)
        {
            if (entry == _losses)
            {
                Recover();
            }
        }
    }

    /// <summary>A request was given up by the one who asked, which says nothing about the server.</summary>
    public void Left(int entry)
    {
        lock (_lock)
        {
            if (entry == _losses)
            {
                EndTrial();
            }
        }
    }

    /// <summary>A request failed.</summary>
    public void Failed(int entry, ServerException failure)
    {
        lock (_lock)
        {
            if (entry != _losses)
            {
                return;
            }

            LastFailure = failure.Fault is ServerFault.BadRequest or ServerFault.PriorityRefused ? LastFailure : failure;
            bool trialFailed = EndTrial();
            switch (failure.Fault)
            {
                case ServerFault.Shed:
                    TimeSpan pause = (failure as ServerShedException)?.RetryAfter ?? options.ShedDelay;
                    pause = pause < LongestShed ? pause : LongestShed;
                    long until = options.Time.GetTimestamp() + (long)(pause.TotalSeconds * options.Time.TimestampFrequency);
                    _shedUntil = Math.Max(_shedUntil, until);
                    break;
                case ServerFault.BadRequest or ServerFault.PriorityRefused:
                    Recover();
                    break;
                case ServerFault.Gone:
                    Lose();
                    break;
                case ServerFault.Failed when ++_failures >= MostFailures || trialFailed:
                    Lose();
                    break;
            }
        }
    }

    /// <summary>A probe was answered, or not.</summary>
    public void Probed(bool answered)
    {
        lock (_lock)
        {
            if (answered && _health == ServerHealth.Unavailable)
            {
                (_health, _failures) = (ServerHealth.Recovering, 0);
                _timer?.Dispose();
                _timer = null;
            }
            else if (!answered)
            {
                Lose();
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _timer?.Dispose();
            _timer = null;
        }
    }

    /// <summary>Marks the server as well, because it answered. Called under the lock.</summary>
    void Recover()
    {
        (_health, _failures, _delay) = (ServerHealth.Healthy, 0, options.ProbeDelay);
        EndTrial();
    }

    /// <summary>Ends the trial, if one runs. Called under the lock.</summary>
    bool EndTrial()
    {
        bool ran = _trial is not null;
        _trial?.TrySetResult();
        _trial = null;
        return ran;
    }

    /// <summary>Marks the server as gone, and has it probed later. Called under the lock.</summary>
    void Lose()
    {
        if (_health == ServerHealth.Unavailable && _timer is not null)
        {
            return;
        }

        _health = ServerHealth.Unavailable;
        _losses++;
        EndTrial();
        _timer?.Dispose();
        _timer = _disposed ? null : options.Time.CreateTimer(static gate => ((ServerGate)gate!).OnTimer(), this, _delay, Timeout.InfiniteTimeSpan);
        _delay = TimeSpan.FromTicks(Math.Min(_delay.Ticks * 2, options.MaxProbeDelay.Ticks));
    }

    void OnTimer()
    {
        lock (_lock)
        {
            if (_disposed || _health != ServerHealth.Unavailable)
            {
                return;
            }

            _timer?.Dispose();
            _timer = null;
        }

        probe();
    }
}

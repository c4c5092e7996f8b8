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
    bool _onTrial;
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

    /// <summary>Whether a request could enter now.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_lock)
            {
                return _health == ServerHealth.Healthy || (_health == ServerHealth.Recovering && !_onTrial);
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
    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_health == ServerHealth.Unavailable || (_health == ServerHealth.Recovering && _onTrial))
            {
                return false;
            }

            _onTrial = _health == ServerHealth.Recovering;
            return true;
        }
    }

    /// <summary>A request was answered.</summary>
    public void Answered()
    {
        lock (_lock)
        {
            Recover();
        }
    }

    /// <summary>A request was given up by the one who asked, which says nothing about the server.</summary>
    public void Left()
    {
        lock (_lock)
        {
            _onTrial = false;
        }
    }

    /// <summary>A request failed.</summary>
    public void Failed(ServerException failure)
    {
        lock (_lock)
        {
            bool trialFailed = _onTrial;
            _onTrial = false;
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
                (_health, _failures, _onTrial) = (ServerHealth.Recovering, 0, false);
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

    /// <summary>Marks the server as well, because it answered. A late answer of a server that is gone changes nothing.</summary>
    void Recover()
    {
        if (_health != ServerHealth.Unavailable)
        {
            (_health, _failures, _onTrial, _delay) = (ServerHealth.Healthy, 0, false, options.ProbeDelay);
        }
    }

    /// <summary>Marks the server as gone, and has it probed later. Called under the lock.</summary>
    void Lose()
    {
        if (_health == ServerHealth.Unavailable && _timer is not null)
        {
            return;
        }

        _health = ServerHealth.Unavailable;
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

namespace AgentChain.Tests.Simulation;

/// <summary>A clock that stands still until it is moved. Its timers wait in a heap, those due at one instant in the order of their setting.</summary>
sealed class VirtualClock(Action<Action> onDue, Action checkThread) : TimeProvider
{
    static readonly DateTimeOffset Epoch = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly PriorityQueue<(VirtualTimer Timer, long Version), (long Due, long Order)> _timers = new();
    long _now = TimeSpan.TicksPerHour;
    long _order;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long GetTimestamp()
    {
        checkThread();
        return _now;
    }

    public override DateTimeOffset GetUtcNow() => Epoch.AddTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        checkThread();
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves to the next timer and fires it; false when none is set.</summary>
    public bool MoveToNextTimer()
    {
        while (_timers.TryDequeue(out (VirtualTimer Timer, long Version) next, out (long Due, long Order) at))
        {
            if (next.Timer.Version == next.Version)
            {
                _now = Math.Max(_now, at.Due);
                next.Timer.Fire();
                return true;
            }
        }

        return false;
    }

    void Set(VirtualTimer timer, TimeSpan dueTime) => _timers.Enqueue((timer, timer.Version), (_now + dueTime.Ticks, _order++));

    sealed class VirtualTimer(VirtualClock clock, TimerCallback callback, object? state) : ITimer
    {
        readonly ExecutionContext? _context = ExecutionContext.Capture();
        TimeSpan _period;
        bool _disposed;

        public long Version { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock.GetTimestamp();
            Version++;
            _period = period;
            if (_disposed)
            {
                return false;
            }

            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                clock.Set(this, dueTime);
            }

            return true;
        }

        public void Fire()
        {
            Version++;
            if (_period > TimeSpan.Zero)
            {
                clock.Set(this, _period);
            }

            clock.OnDue(() =>
            {
                if (_context is null)
                {
                    callback(state);
                }
                else
                {
                    ExecutionContext.Run(_context, s => callback(s), state);
                }
            });
        }

        public void Dispose()
        {
            _disposed = true;
            Version++;
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }

    Action<Action> OnDue { get; } = onDue;
}

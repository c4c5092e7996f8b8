using System.Diagnostics;

namespace AgentChain.Simulation;

/// <summary>
/// Provides the clock of a <see cref="VirtualWorld"/>. It does not advance while any task is ready, then jumps to the next timer. Timers
/// that are due at the same instant fire in the order in which they were set.
/// </summary>
/// <remarks>Use it only on the thread of its world. Reading the time or creating a timer on another thread throws.</remarks>
[DebuggerDisplay("{_now - FirstInstant} ticks, {_timers.Count} timers")]
public sealed class VirtualClock : TimeProvider, IWorkObserver
{
    /// <summary>The first timestamp. It is not zero, so that a timestamp is never mistaken for a missing one.</summary>
    const long FirstInstant = TimeSpan.TicksPerHour;
    const int FewTimers = 1024;

    static readonly DateTimeOffset Epoch = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly PriorityQueue<(VirtualTimer Timer, long Version), Due> _timers = new(DueOrder.Instance);
    readonly VirtualWorld _world;
    long _now = FirstInstant;
    long _order;
    int _withdrawn;

    internal VirtualClock(VirtualWorld world) => _world = world;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>The virtual time since the start of the world.</summary>
    internal TimeSpan Elapsed => new(_now - FirstInstant);

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        _world.CheckThread();
        return _now;
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Epoch.AddTicks(GetTimestamp());

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        _world.CheckThread();
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Advances to the next timer and queues its callback; returns false if no timer is set.</summary>
    internal bool MoveToNextTimer()
    {
        while (_timers.TryDequeue(out (VirtualTimer Timer, long Version) next, out Due at))
        {
            if (next.Timer.Version == next.Version)
            {
                _now = Math.Max(_now, at.At);
                next.Timer.Fire();
                return true;
            }

            _withdrawn--;
        }

        return false;
    }

    void IWorkObserver.Observe(Func<IEnumerable<string>> work) => _world.Observe(work);

    void Set(VirtualTimer timer, TimeSpan dueTime) =>
        _timers.Enqueue((timer, timer.Version), new(dueTime.Ticks > long.MaxValue - _now ? long.MaxValue : _now + dueTime.Ticks, _order++));

    /// <summary>
    /// Counts a canceled timer. Most timers are limits that never expire and would otherwise accumulate until their due time.
    /// </summary>
    void Withdraw()
    {
        if (++_withdrawn < FewTimers || _withdrawn * 2 < _timers.Count)
        {
            return;
        }

        ((VirtualTimer Timer, long Version) Element, Due Priority)[] kept =
            [.. _timers.UnorderedItems.Where(t => t.Element.Timer.Version == t.Element.Version)];
        _timers.Clear();
        _timers.EnqueueRange(kept);
        _withdrawn = 0;
    }

    readonly record struct Due(long At, long Order);

    sealed class DueOrder : IComparer<Due>
    {
        public static readonly DueOrder Instance = new();

        public int Compare(Due x, Due y) => x.At != y.At ? x.At.CompareTo(y.At) : x.Order.CompareTo(y.Order);
    }

    sealed class VirtualTimer(VirtualClock clock, TimerCallback callback, object? state) : ITimer
    {
        readonly ExecutionContext? _context = ExecutionContext.Capture();
        TimeSpan _period;
        bool _isSet;
        bool _disposed;

        public long Version { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock._world.CheckThread();
            Limit(dueTime, nameof(dueTime));
            Limit(period, nameof(period));
            Unset();
            _period = period;
            if (_disposed)
            {
                return false;
            }

            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                _isSet = true;
                clock.Set(this, dueTime);
            }

            return true;
        }

        public void Fire()
        {
            Version++;
            _isSet = _period > TimeSpan.Zero;
            if (_isSet)
            {
                clock.Set(this, _period);
            }

            clock._world.Post(static timer => ((VirtualTimer)timer!).Run(), this);
        }

        public void Dispose()
        {
            _disposed = true;
            Unset();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        static void Limit(TimeSpan time, string name)
        {
            if (time < TimeSpan.Zero && time != Timeout.InfiniteTimeSpan)
            {
                throw new ArgumentOutOfRangeException(name, time, $"A timer's {name} is {OptionCheck.Ms(time)}; it must be zero or more, or Timeout.InfiniteTimeSpan for never.");
            }
        }

        void Unset()
        {
            Version++;
            if (_isSet)
            {
                _isSet = false;
                clock.Withdraw();
            }
        }

        void Run()
        {
            if (_context is null)
            {
                callback(state);
            }
            else
            {
                ExecutionContext.Run(_context, static timer => ((VirtualTimer)timer!).Call(), this);
            }
        }

        void Call() => callback(state);
    }
}

namespace AgentChain.Placement;

/// <summary>
/// Represents a keeper that updates itself, at the end of each period and at once when the devices change, until it is disposed. Updates run on
/// the clock's threads, one at a time. Thread-safe.
/// </summary>
/// <remarks>What an update throws, such as a callback of the host, is kept in <see cref="Error"/> and told to <see cref="Failed"/>; the next update comes in time.</remarks>
public sealed class KeeperRun : IDisposable
{
    /// <summary>The longest period, which any timer can wait.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    readonly Lock _lock = new();
    readonly Action _update;
    readonly TimeSpan _period;
    readonly ITimer _timer;
    Action? _stopped;
    Exception? _error;
    long _updates;
    bool _isUpdating, _again, _isStopped;

    /// <summary>Starts to update.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="period">The time from the end of an update to the next.</param>
    /// <param name="update">The update; what it throws is reported.</param>
    internal KeeperRun(TimeProvider time, TimeSpan period, Action update)
    {
        (_period, _update) = (OptionCheck.Positive(period, nameof(period)), update);
        _period = _period < Longest ? _period : Longest;
        _timer = time.CreateTimer(static run => ((KeeperRun)run!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        // Periodic, so that it goes on if a clock of the host's does not set it once.
        _timer.Change(_period, _period);
    }

    /// <summary>Occurs when an update has failed. Handlers run on the clock's thread; what they throw is ignored.</summary>
    public event EventHandler<KeeperFailedEventArgs>? Failed;

    /// <summary>Gets the number of updates that have ended.</summary>
    public long Updates => Interlocked.Read(ref _updates);

    /// <summary>Gets the exception of the last update; <see langword="null"/> if it succeeded or there was none.</summary>
    public Exception? Error => Volatile.Read(ref _error);

    /// <summary>Updates as soon as possible, on the clock's thread, and not only at the end of the period.</summary>
    public void UpdateSoon()
    {
        lock (_lock)
        {
            _again = true;
        }

        Arm();
    }

    /// <summary>Stops the updates. One in progress goes on to its end.</summary>
    public void Dispose()
    {
        Action? stopped;
        lock (_lock)
        {
            if (_isStopped)
            {
                return;
            }

            (_isStopped, stopped) = (true, _stopped);
        }

        _timer.Stop();
        foreach (Action one in Delegate.EnumerateInvocationList(stopped))
        {
            Do(one);
        }
    }

    /// <summary>Sets what is done once when the updates stop; at once if they have. What it throws is ignored: it can call the host's code.</summary>
    internal void OnStop(Action stopped)
    {
        lock (_lock)
        {
            _stopped += stopped;
            if (!_isStopped)
            {
                return;
            }
        }

        Do(stopped);
    }

    static void Do(Action stopped)
    {
        try
        {
            stopped();
        }
        catch (Exception)
        {
            // There is nothing to update any more.
        }
    }

    void OnTimer()
    {
        lock (_lock)
        {
            if (_isUpdating || _isStopped)
            {
                return;
            }

            (_isUpdating, _again) = (true, false);
        }

        Exception? error = null;
        try
        {
            _update();
        }
        catch (Exception thrown)
        {
            error = thrown;
        }

        error = Ended(error);
        if (error is not null)
        {
            HostEvents.Raise(Failed, this, new KeeperFailedEventArgs(error));
        }
    }

    /// <summary>Records the end of an update and sets the timer for the next; returns the error, or what a broken clock throws.</summary>
    Exception? Ended(Exception? error)
    {
        lock (_lock)
        {
            // Before the timer, because the next update can end first.
            Volatile.Write(ref _error, error);
            Interlocked.Increment(ref _updates);
            _isUpdating = false;
        }

        if (Arm() is not { } broken)
        {
            return error;
        }

        Volatile.Write(ref _error, broken);
        return broken;
    }

    /// <summary>
    /// Sets the timer for the next update, unless there is one in progress; returns what a broken clock throws. Not under the lock, because
    /// a clock can run the update in place.
    /// </summary>
    Exception? Arm()
    {
        try
        {
            while (Next() is { } soon)
            {
                _timer.Change(soon ? TimeSpan.Zero : _period, _period);
                if (soon || Next() is not true)
                {
                    break;
                }
            }

            return null;
        }
        catch (Exception thrown)
        {
            return thrown;
        }
    }

    /// <summary>Returns whether the next update is to come soon; null if its time is not to be set.</summary>
    bool? Next()
    {
        lock (_lock)
        {
            return _isUpdating || _isStopped ? null : _again;
        }
    }
}

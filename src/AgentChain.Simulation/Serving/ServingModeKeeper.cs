using System.Diagnostics;
using AgentChain.Placement;

namespace AgentChain.Simulation;

/// <summary>
/// Keeps the mode in which a language model is served: collects the requests, and at the end of each window replays the last ones in each mode.
/// The mode changes if another one would have served them better, twice in a row; at once, if it would have served the last window
/// far better, or until there are as many windows as are replayed. Thread-safe.
/// </summary>
/// <remarks>
/// The replay runs in <see cref="Add"/>, with the last request of a window. With <see cref="Start"/>, it runs on a timer, and requests never wait
/// for it.
/// </remarks>
[DebuggerDisplay("{Mode}, {Changes} changes")]
public sealed class ServingModeKeeper
{
    /// <summary>The number of windows in a row in which another mode must be better.</summary>
    const int InARow = 2;

    /// <summary>The share of the last window's requests that another mode must serve better for a change at once.</summary>
    const double Alarm = 0.3;

    readonly Lock _lock = new();
    readonly List<Arrival> _window = [];
    readonly List<KeeperRun> _runs = [];
    int _new, _better;
    long _replays;
    bool _isChanged;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="options">The devices and the limits.</param>
    /// <param name="mode">The first mode.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="mode"/> is not one of <see cref="ServingOptions.Modes"/>.</exception>
    public ServingModeKeeper(ServingOptions options, ServingMode mode = ServingMode.Chunked)
    {
        ArgumentNullException.ThrowIfNull(options);
        (Options, Mode) = (options, options.Possible(mode));
    }

    /// <summary>Gets the devices and the limits.</summary>
    public ServingOptions Options { get; private set; }

    /// <summary>Gets the number of requests in a window.</summary>
    /// <value>500 by default; at least 1.</value>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
    public int Window
    {
        get;
        init => field = OptionCheck.AtLeast(value, 1, nameof(Window));
    }
    = 500;

    /// <summary>Gets the number of windows that are replayed, of which the oldest does not count if there are others.</summary>
    /// <value>4 by default; at least 1. A mode that is overloaded a little looks good in a short replay.</value>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
    public int Windows
    {
        get;
        init => field = OptionCheck.AtLeast(value, 1, nameof(Windows));
    }
    = 4;

    /// <summary>Gets the share of the requests that another mode must serve better for a change.</summary>
    /// <value>0.03 by default; from 0 to 1.</value>
    /// <exception cref="ArgumentOutOfRangeException">The share is outside its range.</exception>
    public double Gain
    {
        get;
        init => field = OptionCheck.Within(value, 0, 1, nameof(Gain));
    }
    = 0.03;

    /// <summary>Gets the mode for the next request.</summary>
    public ServingMode Mode { get; private set; }

    /// <summary>Gets the number of changes.</summary>
    public int Changes { get; private set; }

    /// <summary>Gets the replays of the last window; <see langword="null"/> before the first.</summary>
    public ServingChoice? Last { get; private set; }

    /// <summary>Takes a request into the window. At the end of a window, this call replays it, unless a timer does (<see cref="Start"/>).</summary>
    /// <param name="request">The request, with its time and its numbers of tokens.</param>
    /// <returns>The mode in which to serve the request.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="request"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">
    /// The request has a negative time, more than ten million tokens in its prompt, or more than a million in its answer. It is not taken into
    /// the window.
    /// </exception>
    /// <remarks>
    /// An exception of <see cref="ServingOptions.Step"/> is passed on from the call that ends the window. The mode stays, and the next window
    /// begins.
    /// </remarks>
    public ServingMode Add(Arrival request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ServedArrival.Check(request, nameof(request));
        lock (_lock)
        {
            _window.Add(request);
            _new++;
            if (_runs.Count > 0)
            {
                // The timer may be late: the oldest requests go first.
                long excess = _window.Count - ((long)Window * (Windows + 1L));
                _window.RemoveRange(0, excess >= Window ? (int)excess : 0);
                _new = Math.Min(_new, _window.Count);
            }
            else if (_new >= Window)
            {
                try
                {
                    // The oldest window only brings the devices into the state in which the others found them.
                    Decide(ServingChoice.Of(_window, Options, _window.Count > Window ? Window : 0), Window);
                }
                finally
                {
                    // Also if the host's function of a step's time threw: the next window ends as far away as any other.
                    Trim();
                }
            }

            return Mode;
        }
    }

    /// <summary>
    /// Replays what has come since the last time at the end of each period, until the result is disposed, instead of <see cref="Add"/>. A period in
    /// which fewer requests came than a fifth of <see cref="Window"/> goes on.
    /// </summary>
    /// <param name="period">The period, greater than zero, such as ten seconds.</param>
    /// <param name="time">The clock; <see langword="null"/> for the system's.</param>
    /// <returns>What stops the replays when it is disposed; it reports what <see cref="ServingOptions.Step"/> throws.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="period"/> is not greater than zero.</exception>
    public KeeperRun Start(TimeSpan period, TimeProvider? time = null)
    {
        var run = new KeeperRun(time ?? TimeProvider.System, period, Replay);
        lock (_lock)
        {
            _runs.Add(run);
        }

        run.OnStop(() =>
        {
            lock (_lock)
            {
                _runs.Remove(run);
            }
        });
        return run;
    }

    /// <summary>
    /// Sets other devices or limits, for example because a device has gone or is back. With <see cref="Start"/>, the last requests are replayed for them
    /// soon, and the best mode is taken at once; otherwise, with the next window.
    /// </summary>
    /// <param name="options">The devices and the limits from now on. If the mode is none of theirs, the first of theirs is taken.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is <see langword="null"/>.</exception>
    public void Change(ServingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        KeeperRun[] runs;
        lock (_lock)
        {
            (Options, _isChanged) = (options, true);
            if (!options.Modes.Contains(Mode))
            {
                (Mode, Changes) = (options.Modes[0], Changes + 1);
            }

            runs = [.. _runs];
        }

        foreach (KeeperRun run in runs)
        {
            run.UpdateSoon();
        }
    }

    /// <summary>Replays the window outside the lock, so that no request waits for it.</summary>
    void Replay()
    {
        Arrival[] window;
        ServingOptions options;
        int last;
        lock (_lock)
        {
            if (_window.Count == 0 || (!_isChanged && _new * 5L < Window))
            {
                return;
            }

            // With other options, all of the last window counts again.
            last = _isChanged ? Math.Max(_new, Math.Min(Window, _window.Count)) : _new;
            (window, options) = ([.. _window], Options);
            _new = 0;
        }

        ServingChoice choice = ServingChoice.Of(window, options, Math.Min(Window, window.Length - last));
        lock (_lock)
        {
            // A change of the options meanwhile has asked for another replay.
            if (ReferenceEquals(options, Options))
            {
                Decide(choice, last);
                int came = _new;
                Trim();
                _new = came;
            }
        }
    }

    void Trim()
    {
        _window.RemoveRange(0, (int)Math.Max(0, _window.Count - ((long)Window * (Windows - 1))));
        _new = 0;
    }

    /// <param name="choice">The replays.</param>
    /// <param name="count">The number of requests in the last window.</param>
    void Decide(ServingChoice choice, int count)
    {
        Last = choice;
        _replays++;
        bool isNew = _isChanged || _replays <= Windows;
        _isChanged = false;
        ServingResult now = choice.Trials.First(trial => trial.Mode == Mode), best = choice.Trials.First(trial => trial.Mode == choice.Mode);
        ServingResult last = choice.Trials.MaxBy(trial => trial.AttainmentOfLast(count))!;
        bool isAlarm = last.AttainmentOfLast(count) > now.AttainmentOfLast(count) + Alarm;
        if (isAlarm)
        {
            // The requests have become others: the windows before say nothing any more.
            best = last;
            _window.RemoveRange(0, Math.Max(0, _window.Count - Math.Max(count, Window)));
        }

        // Modes that are about equal would change with each burst, and a change costs more than it brings.
        bool isBetter = best.Mode != now.Mode && (isAlarm || isNew || best.Attainment > now.Attainment + Gain);
        _better = isBetter ? _better + 1 : 0;
        if (isBetter && (isAlarm || isNew || _better >= InARow))
        {
            (Mode, Changes, _better) = (best.Mode, Changes + 1, 0);
        }
    }
}

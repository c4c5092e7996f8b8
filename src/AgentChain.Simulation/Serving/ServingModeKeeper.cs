using System.Diagnostics;
using AgentChain.Placement;

namespace AgentChain.Simulation;

/// <summary>
/// Keeps the setup in which a language model is served, a mode and the size of its chunks: collects the requests, and at the end of each window
/// replays the last ones in each mode. The setup changes if another one would have served them better, twice in a row; at once, if it would have
/// served the last window far better, or until there are as many windows as are replayed. Thread-safe.
/// </summary>
/// <remarks>
/// The replay runs in <see cref="Add"/>, with the last request of a window. With <see cref="Start"/>, it runs on a timer, and requests never wait
/// for it. Of the sizes of chunks, it tries the present one, or the last one that was best, and its neighbours, then larger or smaller ones as long as
/// they are better: while nothing changes, three. So a window takes five replays with the default options, and at most seven.
/// </remarks>
[DebuggerDisplay("{Setup}, {Changes} changes")]
public sealed class ServingModeKeeper
{
    /// <summary>The number of windows in a row in which another mode must be better.</summary>
    const int InARow = 2;

    /// <summary>The share of the last window's requests that another mode must serve better for a change at once.</summary>
    const double Alarm = 0.3;

    readonly Lock _lock = new();
    readonly List<Arrival> _window = [];
    readonly List<KeeperRun> _runs = [];
    int _new, _better, _size;
    long _replays;
    bool _isChanged;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="options">The devices and the limits.</param>
    /// <param name="mode">The first mode.</param>
    /// <param name="chunkTokens">
    /// The first size of chunks in the mode <see cref="ServingMode.Chunked"/>; <see langword="null"/> for the middle one of
    /// <see cref="ServingOptions.ChunkSizes"/>.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="mode"/> is not one of <see cref="ServingOptions.Modes"/>, <paramref name="chunkTokens"/> is not one of
    /// <see cref="ServingOptions.ChunkSizes"/>, or the mode has no chunks.
    /// </exception>
    public ServingModeKeeper(ServingOptions options, ServingMode mode = ServingMode.Chunked, int? chunkTokens = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        (Options, Setup) = (options, options.Possible(mode, chunkTokens));
        _size = Setup.ChunkTokens ?? options.MiddleSize;
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
    /// <value>4 by default; at least 1. A setup that is overloaded a little looks good in a short replay.</value>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
    public int Windows
    {
        get;
        init => field = OptionCheck.AtLeast(value, 1, nameof(Windows));
    }
    = 4;

    /// <summary>Gets the share of the requests that another setup must serve better for a change.</summary>
    /// <value>0.03 by default; from 0 to 1.</value>
    /// <exception cref="ArgumentOutOfRangeException">The share is outside its range.</exception>
    public double Gain
    {
        get;
        init => field = OptionCheck.Within(value, 0, 1, nameof(Gain));
    }
    = 0.03;

    /// <summary>Gets the mode and the size of chunks for the next request.</summary>
    public ServingSetup Setup { get; private set; }

    /// <summary>Gets the mode of <see cref="Setup"/>.</summary>
    public ServingMode Mode => Setup.Mode;

    /// <summary>Gets the number of changes.</summary>
    public int Changes { get; private set; }

    /// <summary>Gets the replays of the last window; <see langword="null"/> before the first.</summary>
    public ServingChoice? Last { get; private set; }

    /// <summary>Takes a request into the window. At the end of a window, this call replays it, unless a timer does (<see cref="Start"/>).</summary>
    /// <param name="request">The request, with its time and its numbers of tokens.</param>
    /// <returns>The setup in which to serve the request.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="request"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">
    /// The request has a negative time, more than ten million tokens in its prompt, or more than a million in its answer. It is not taken into
    /// the window.
    /// </exception>
    /// <remarks>
    /// An exception of <see cref="ServingOptions.Step"/> is passed on from the call that ends the window. The setup stays, and the next window
    /// begins.
    /// </remarks>
    public ServingSetup Add(Arrival request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ServedArrival.Check(request, nameof(request));
        Arrival[] window;
        ServingOptions options;
        int size;
        lock (_lock)
        {
            _window.Add(request);
            _new++;

            // The timer may be late, or a replay take long: the oldest requests go first.
            long excess = _window.Count - ((long)Window * (Windows + 1L));
            _window.RemoveRange(0, excess >= Window ? (int)excess : 0);
            _new = Math.Min(_new, _window.Count);
            if (_runs.Count > 0 || _new < Window)
            {
                return Setup;
            }

            (window, options, size, _new) = ([.. _window], Options, _size, 0);
        }

        // The oldest window only brings the devices into the state in which the others found them.
        Replay(window, options, size, window.Length > Window ? Window : 0, Window);
        return Setup;
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
    /// soon, and the best setup is taken at once; otherwise, with the next window.
    /// </summary>
    /// <param name="options">
    /// The devices and the limits from now on. If the mode is none of theirs, the first of theirs is taken; if the size of chunks is none of theirs,
    /// the nearest one.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is <see langword="null"/>.</exception>
    public void Change(ServingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        KeeperRun[] runs;
        lock (_lock)
        {
            (Options, _isChanged) = (options, true);
            ServingSetup possible = options.NextTo(Setup);
            (Setup, Changes) = (possible, Changes + (possible == Setup ? 0 : 1));
            _size = Setup.ChunkTokens ?? options.NextTo(new(ServingMode.Chunked, _size)).ChunkTokens ?? options.MiddleSize;

            runs = [.. _runs];
        }

        foreach (KeeperRun run in runs)
        {
            run.UpdateSoon();
        }
    }

    /// <summary>Replays what has come, for the timer.</summary>
    void Replay()
    {
        Arrival[] window;
        ServingOptions options;
        int last, size;
        lock (_lock)
        {
            if (_window.Count == 0 || (!_isChanged && _new * 5L < Window))
            {
                return;
            }

            // With other options, all of the last window counts again.
            last = _isChanged ? Math.Max(_new, Math.Min(Window, _window.Count)) : _new;
            (window, options, size) = ([.. _window], Options, _size);
            _new = 0;
        }

        Replay(window, options, size, Math.Min(Window, window.Length - last), last);
    }

    /// <summary>Replays a window outside the lock: no other request waits for it, and the host's function of a step's time can call the keeper.</summary>
    void Replay(Arrival[] window, ServingOptions options, int size, int skip, int last)
    {
        ServingChoice? choice = null;
        try
        {
            choice = ServingChoice.Of(window, options, skip, size);
        }
        finally
        {
            lock (_lock)
            {
                // A change of the options meanwhile has asked for another replay.
                if (ReferenceEquals(options, Options))
                {
                    // Also if the function threw: the next window ends as far away as any other.
                    if (choice is not null)
                    {
                        Decide(choice, last);
                    }

                    _window.RemoveRange(0, (int)Math.Max(0, _window.Count - ((long)Window * (Windows - 1))));
                }
            }
        }
    }

    /// <param name="choice">The replays.</param>
    /// <param name="count">The number of requests in the last window.</param>
    void Decide(ServingChoice choice, int count)
    {
        Last = choice;
        _replays++;
        bool isNew = _isChanged || _replays <= Windows;
        _isChanged = false;
        if (choice.Trials.FirstOrDefault(trial => trial.Setup == Setup) is not { } now)
        {
            // A second timer has changed the size of chunks meanwhile.
            return;
        }

        ServingResult best = choice.Trials.First(trial => trial.Setup == choice.Setup);
        ServingResult last = choice.Trials.MaxBy(trial => trial.AttainmentOfLast(count))!;
        bool isAlarm = last.AttainmentOfLast(count) > now.AttainmentOfLast(count) + Alarm;
        if (isAlarm)
        {
            // The requests have become others: the windows before say nothing any more.
            best = last;
            _window.RemoveRange(0, Math.Max(0, _window.Count - Math.Max(count, Window)));
        }

        // Setups that are about equal would change with each burst, and a change costs more than it brings.
        bool isBetter = best.Setup != now.Setup && (isAlarm || isNew || best.Attainment > now.Attainment + Gain);
        _better = isBetter ? _better + 1 : 0;
        if (isBetter && (isAlarm || isNew || _better >= InARow))
        {
            (Setup, Changes, _better) = (best.Setup, Changes + 1, 0);
        }

        // The present size must be among those that are replayed.
        _size = Setup.ChunkTokens ?? BestSize(choice) ?? _size;
    }

    static int? BestSize(ServingChoice choice) => choice.Trials.Where(static trial => trial.Mode == ServingMode.Chunked)
        .Aggregate((ServingResult?)null, static (best, trial) => best is null || ServingChoice.IsBetter(trial, best) ? trial : best)?.Setup.ChunkTokens;
}

using System.Diagnostics;

namespace AgentChain.Simulation;

/// <summary>
/// Keeps the mode in which a language model is served: collects the requests, and at the end of each window replays it, and the one before it, in each mode. The mode
/// changes if another would have served the last windows better. Thread-safe.
/// </summary>
[DebuggerDisplay("{Mode}, {Changes} changes")]
public sealed class ServingModeKeeper
{
    /// <summary>The weight of the last window in the means.</summary>
    const double Weight = 0.3;

    readonly Lock _lock = new();
    readonly List<Arrival> _window = [];
    int _new;
    readonly Dictionary<ServingMode, (double Attainment, double Stretch)> _means = [];

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
    public ServingOptions Options { get; }

    /// <summary>Gets the number of requests in a window.</summary>
    /// <value>500 by default; at least 1.</value>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
    public int Window
    {
        get;
        init => field = OptionCheck.AtLeast(value, 1, nameof(Window));
    }
    = 500;

    /// <summary>Gets the share of the requests that another mode must serve better for a change.</summary>
    /// <value>0.01 by default; from 0 to 1.</value>
    /// <exception cref="ArgumentOutOfRangeException">The share is outside its range.</exception>
    public double Gain
    {
        get;
        init => field = OptionCheck.Within(value, 0, 1, nameof(Gain));
    }
    = 0.01;

    /// <summary>Gets the mode for the next request.</summary>
    public ServingMode Mode { get; private set; }

    /// <summary>Gets the number of changes.</summary>
    public int Changes { get; private set; }

    /// <summary>Gets the replays of the last window; <see langword="null"/> before the first.</summary>
    public ServingChoice? Last { get; private set; }

    /// <summary>Takes a request into the window. At the end of a window, this call replays it.</summary>
    /// <param name="request">The request, with its time and its numbers of tokens.</param>
    /// <returns>The mode in which to serve the request.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="request"/> is <see langword="null"/>.</exception>
    public ServingMode Add(Arrival request)
    {
        ArgumentNullException.ThrowIfNull(request);
        lock (_lock)
        {
            _window.Add(request);
            if (++_new >= Window)
            {
                // The requests before the window bring the devices into the state in which the window found them.
                Decide(ServingChoice.Of(_window, Options, _window.Count - _new));
                _window.RemoveRange(0, _window.Count - _new);
                _new = 0;
            }

            return Mode;
        }
    }

    void Decide(ServingChoice choice)
    {
        foreach (ServingResult trial in choice.Trials)
        {
            _means[trial.Mode] = _means.TryGetValue(trial.Mode, out (double Attainment, double Stretch) old)
                ? (old.Attainment + (Weight * (trial.Attainment - old.Attainment)), old.Stretch + (Weight * (trial.Stretch - old.Stretch)))
                : (trial.Attainment, trial.Stretch);
        }

        Last = choice;
        (double attainment, double stretch) = _means[Mode];
        double most = _means.Values.Max(mean => mean.Attainment);
        (ServingMode best, (double _, double Stretch) least) =
            _means.Where(mean => mean.Value.Attainment >= most - (Gain / 2)).MinBy(mean => mean.Value.Stretch);
        if (best != Mode && (most > attainment + Gain || least.Stretch < stretch * 0.95))
        {
            (Mode, Changes) = (best, Changes + 1);
        }
    }
}

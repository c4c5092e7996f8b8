namespace AgentChain.Simulation;

/// <summary>Represents which setup would have served a window of requests best, with how each that was tried fared. Immutable.</summary>
public sealed class ServingChoice
{
    /// <summary>The share of the requests up to which two setups count as equal, and the least use of the limits decides.</summary>
    const double Equal = 0.005;

    ServingChoice(ServingSetup setup, IReadOnlyList<ServingResult> trials) => (Setup, Trials) = (setup, trials);

    /// <summary>Gets the mode and the size of chunks.</summary>
    public ServingSetup Setup { get; }

    /// <summary>Gets the mode of <see cref="Setup"/>.</summary>
    public ServingMode Mode => Setup.Mode;

    /// <summary>Gets how the window fared in each setup that was tried, in order of the modes and of the sizes of chunks.</summary>
    public IReadOnlyList<ServingResult> Trials { get; }

    /// <summary>
    /// Replays a window of requests in each mode, in that with chunks for some of the sizes, and chooses the setup in which most requests meet their
    /// limits.
    /// </summary>
    /// <param name="window">The last requests, in order of time.</param>
    /// <param name="options">The devices and the limits.</param>
    /// <returns>
    /// The choice. Of setups with equal shares, within half a percent, it is the one in which 90 percent of the requests take the least of their
    /// limits.
    /// </returns>
    /// <exception cref="ArgumentNullException">A parameter is <see langword="null"/>.</exception>
    /// <remarks>
    /// A formula with weights for this choice was up to three times worse than the better mode; a replay knows how requests wait for each other.
    /// It takes some milliseconds for each hundred requests. Of the sizes, the middle one and its neighbours are tried, then larger or smaller
    /// ones as long as they are better: of the five default sizes, at most four.
    /// </remarks>
    public static ServingChoice Of(IReadOnlyList<Arrival> window, ServingOptions options)
    {
        ArgumentNullException.ThrowIfNull(window);
        ArgumentNullException.ThrowIfNull(options);
        return Of(window, options, skip: 0, options.MiddleSize);
    }

    /// <param name="window">The last requests.</param>
    /// <param name="options">The devices and the limits.</param>
    /// <param name="skip">The number of requests at the start that do not count.</param>
    /// <param name="size">The size of chunks that is tried first; one of the options'.</param>
    internal static ServingChoice Of(IReadOnlyList<Arrival> window, ServingOptions options, int skip, int size)
    {
        IReadOnlyList<int> sizes = options.ChunkSizes;
        ServingResult[] trials =
        [
            .. options.Modes.SelectMany(mode => mode == ServingMode.Chunked
                ? SizeSearch.Run(sizes.Count, Enumerable.Range(0, sizes.Count).First(at => sizes[at] == size), at => Replay(new(mode, sizes[at])))
                : [Replay(new(mode))]),
        ];
        double most = trials.Max(trial => trial.Attainment);
        return new(trials.Where(trial => trial.Attainment >= most - Equal).MinBy(trial => trial.Stretch)!.Setup, trials);

        ServingResult Replay(ServingSetup setup) => ServingReplay.Run(window, options, setup, next: null, skip);
    }

    /// <summary>Returns whether a setup served a window better than another.</summary>
    internal static bool IsBetter(ServingResult one, ServingResult other) =>
        Math.Abs(one.Attainment - other.Attainment) > Equal ? one.Attainment > other.Attainment : one.Stretch < other.Stretch;

    /// <summary>Describes the choice.</summary>
    /// <returns>A line for each setup that was tried.</returns>
    public override string ToString() =>
        string.Join('\n', Trials.Select(trial => $"{(trial.Setup == Setup ? "* " : "  ")}{trial}"));
}

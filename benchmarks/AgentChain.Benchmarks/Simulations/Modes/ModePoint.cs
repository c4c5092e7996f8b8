using AgentChain.Devices;
using AgentChain.Simulation;

namespace AgentChain.Benchmarks.Simulations.Modes;

/// <summary>A point of the grid: requests of a trace, with limits for the first token and for each further one.</summary>
/// <param name="Trace">The name of the trace.</param>
/// <param name="First">The limit of the first token, in milliseconds.</param>
/// <param name="Each">The limit of each further token, in milliseconds.</param>
sealed record ModePoint(string Trace, double First, double Each)
{
    /// <summary>The number of requests at the start that do not count: the first window, after which the keeper first decides.</summary>
    const int Skipped = 500;

    /// <summary>The share of the requests that must meet both limits.</summary>
    const double Target = 0.9;

    /// <summary>The grid. Bold in the text that it is from: 300/25, 500/10 and 1000/12 of the conversations, 2000/8 of the code.</summary>
    public static IReadOnlyList<ModePoint> Grid { get; } =
    [
        new("conversation", 300, 25), new("conversation", 300, 12), new("conversation", 300, 10),
        new("conversation", 500, 25), new("conversation", 500, 12), new("conversation", 500, 10),
        new("conversation", 1000, 25), new("conversation", 1000, 12), new("conversation", 1000, 10),
        new("code", 2000, 8), new("code", 2000, 12), new("code", 1000, 25),
    ];

    ServingOptions Options => new(2, LlamaStep.On(DeviceSheet.H100))
    {
        FirstTokenLimit = TimeSpan.FromMilliseconds(First),
        TokenLimit = TimeSpan.FromMilliseconds(Each),
        MaxCachedTokens = 400_000,
        TransferPerToken = TimeSpan.FromSeconds(LlamaStep.CacheBytesPerToken / DeviceSheet.H100.LinkBandwidth!.Value),
    };

    /// <summary>Returns the largest rate at which enough requests meet their limits in a mode.</summary>
    public double Static(IReadOnlyList<Arrival> requests, ServingMode mode) =>
        Largest(rate => ServingReplay.Run(At(requests, rate), Options, mode, next: null, Skipped).Attainment);

    /// <summary>Returns the same with the mode that the replay of the last windows chooses, and the number of changes at that rate.</summary>
    public (double Rate, int Changes) Chosen(IReadOnlyList<Arrival> requests)
    {
        int changes = 0;
        double rate = Largest(rate =>
        {
            var keeper = new ServingModeKeeper(Options);
            ServingResult result = ServingReplay.Run(At(requests, rate), Options, keeper.Mode, keeper.Add, Skipped);
            changes = result.Attainment >= Target ? keeper.Changes : changes;
            return result.Attainment;
        });
        return (rate, changes);
    }

    /// <summary>Stretches the times of the requests.</summary>
    static IEnumerable<Arrival> At(IReadOnlyList<Arrival> requests, double rate)
    {
        double own = (requests.Count - 1) / (requests[^1].Time - requests[0].Time).TotalSeconds;
        return requests.Select(request => request with { Time = request.Time * (own / rate) });
    }

    /// <summary>Finds the rate by bisection, within 0.2 percent.</summary>
    static double Largest(Func<double, double> attainment)
    {
        double low = 0.25, high = 0.5;
        while (high < 200 && attainment(high) >= Target)
        {
            (low, high) = (high, high * 2);
        }

        while (high / low > 1.002)
        {
            double middle = Math.Sqrt(low * high);
            (low, high) = attainment(middle) >= Target ? (middle, high) : (low, middle);
        }

        return low;
    }
}

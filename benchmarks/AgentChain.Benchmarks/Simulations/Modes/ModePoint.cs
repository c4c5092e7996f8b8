using AgentChain.Devices;
using AgentChain.Simulation;

namespace AgentChain.Benchmarks.Simulations.Modes;

/// <summary>A point of the grid: requests of a trace, with limits for the first token and for each further one.</summary>
/// <param name="Trace">The name of the trace.</param>
/// <param name="First">The limit of the first token, in milliseconds.</param>
/// <param name="Each">The limit of each further token, in milliseconds.</param>
sealed record ModePoint(string Trace, double First, double Each)
{
    /// <summary>The number of requests at the start that are history: nobody serves them, and the keeper decides from them first.</summary>
    const int History = 2_000;

    /// <summary>The bandwidth between two GPUs of a machine, over NVLink.</summary>
    const double LinkBytesPerSecond = 450e9;

    /// <summary>The share of the requests that must meet both limits.</summary>
    const double Target = 0.9;

    /// <summary>
    /// The grid: of each trace three limits of the first token, each with a tight limit of the further ones and a loose one. It has the four points
    /// that were known before: 300/25, 500/10 and 1000/12 of the conversations, and 2000/8 of the code.
    /// </summary>
    public static IReadOnlyList<ModePoint> Grid { get; } =
    [
        new("conversation", 300, 10), new("conversation", 500, 10), new("conversation", 1000, 12),
        new("conversation", 300, 25), new("conversation", 500, 25), new("conversation", 1000, 50),
        new("code", 500, 12), new("code", 1000, 12), new("code", 2000, 8),
        new("code", 500, 25), new("code", 1000, 25), new("code", 2000, 50),
    ];

    ServingOptions Options(IReadOnlyList<ServingMode> modes) => new(2, LlamaStep.On(DeviceSheet.H100))
    {
        FirstTokenLimit = TimeSpan.FromMilliseconds(First),
        TokenLimit = TimeSpan.FromMilliseconds(Each),
        MaxCachedTokens = 400_000,
        TransferPerToken = TimeSpan.FromSeconds(LlamaStep.CacheBytesPerToken / LinkBytesPerSecond),
        Modes = modes,
    };

    /// <summary>Returns the largest rate at which enough requests meet their limits in a mode.</summary>
    public double Static(IReadOnlyList<Arrival> requests, ServingMode mode) =>
        Largest(rate => ServingReplay.Run(At(requests, rate).Skip(History), Options([mode]), mode).Attainment);

    /// <summary>Returns the same with the mode that the replay of the last windows chooses, and the number of changes at that rate.</summary>
    public (double Rate, int Changes) Chosen(IReadOnlyList<Arrival> requests, IReadOnlyList<ServingMode> modes)
    {
        int changes = 0;
        double rate = Largest(rate =>
        {
            var keeper = new ServingModeKeeper(Options(modes), modes[0]);
            foreach (Arrival arrival in At(requests, rate).Take(History))
            {
                keeper.Add(arrival);
            }

            int before = keeper.Changes;
            ServingResult result = ServingReplay.Run(At(requests, rate).Skip(History), keeper);
            changes = result.Attainment >= Target ? keeper.Changes - before : changes;
            return result.Attainment;
        });
        return (rate, changes);
    }

    /// <summary>Returns the requests with independent arrivals at a rate, as in DistServe's evaluation.</summary>
    static IEnumerable<Arrival> At(IReadOnlyList<Arrival> requests, double rate) => ArrivalTrace.Poisson(rate, requests.Count).Read(1)
        .Zip(requests, (arrival, request) => request with { Time = arrival.Time });

    /// <summary>Finds the rate by bisection, within half a percent.</summary>
    static double Largest(Func<double, double> attainment)
    {
        double low = 0.25, high = 0.5;
        while (high < 200 && attainment(high) >= Target)
        {
            (low, high) = (high, high * 2);
        }

        while (high / low > 1.005)
        {
            double middle = Math.Sqrt(low * high);
            (low, high) = attainment(middle) >= Target ? (middle, high) : (low, middle);
        }

        return low;
    }
}

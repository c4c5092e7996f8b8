namespace AgentChain.Benchmarks.Simulations.External;

/// <summary>
/// A run of the real DistServe that its authors published with their repository (<c>simdistserve/benchmarks/alignment</c>): OPT-13B,
/// ShareGPT, prefill TP2 and decode TP1 on A100 80 GB.
/// </summary>
/// <param name="PerSecond">Requests a second.</param>
/// <param name="Requests">The number of requests.</param>
/// <param name="First">The mean time to the first token in milliseconds.</param>
/// <param name="Each">The mean time to each further token.</param>
readonly record struct MeasuredRun(double PerSecond, int Requests, double First, double Each)
{
    /// <summary>The number of tokens in the cache of one device, by the authors' profile (<c>max_num_tokens.csv</c>).</summary>
    public const int CachedTokens = 66_144;

    /// <summary>The part of the requests at 4.5 a second that met both limits; the other runs are known by their means only.</summary>
    public const double OnTimeAtFourAndAHalf = 0.927;

    public static MeasuredRun[] All =>
        [new(3, 300, 92.0, 38.3), new(4.5, 450, 99.9, 51.1), new(6, 600, 114.4, 266.0), new(7.5, 750, 135.9, 894.7)];
}

namespace AgentChain.Benchmarks.Speculation;

/// <summary>Runs policies under the same luck and compares them, seed by seed, with the sequential and the clairvoyant one.</summary>
sealed class TalkStudy(string[] texts, int[] seeds, int turns)
{
    readonly Dictionary<(double Load, int Seed), (TalkRun Sequential, TalkRun Clairvoyant)> _bounds = [];

    public int[] Seeds => seeds;

    public int Turns => turns;

    /// <summary>The number of turns run so far.</summary>
    public int TurnsRun { get; private set; }

    public Comparison Compare(Policy policy, double load) =>
        new(policy, load, [.. seeds.Select(seed => CompareOnce(policy, load, seed))]);

    SeedComparison CompareOnce(Policy policy, double load, int seed)
    {
        if (!_bounds.TryGetValue((load, seed), out (TalkRun Sequential, TalkRun Clairvoyant) bounds))
        {
            bounds = (Run(Policy.Sequential, load, seed), Run(Policy.Clairvoyant, load, seed));
            _bounds.Add((load, seed), bounds);
        }

        (TalkRun sequential, TalkRun clairvoyant) = bounds;
        TalkRun run = policy == Policy.Sequential ? sequential : policy == Policy.Clairvoyant ? clairvoyant : Run(policy, load, seed);
        return new(
            run.At(0.5),
            run.At(0.95),
            1 - (run.At(0.5) / sequential.At(0.5)),
            1 - (run.At(0.95) / sequential.At(0.95)),
            (sequential.At(0.5) - run.At(0.5)) / (sequential.At(0.5) - clairvoyant.At(0.5)),
            (run.Work / sequential.Work) - 1);
    }

    TalkRun Run(Policy policy, double load, int seed)
    {
        TurnsRun += turns;
        return TalkService.Run(policy, texts, seed, turns, load);
    }
}

/// <summary>A policy under one seed's luck.</summary>
/// <param name="P50">The median latency in milliseconds.</param>
/// <param name="P95">Its 95th percentile in milliseconds.</param>
/// <param name="P50Cut">The reduction of the median relative to sequential.</param>
/// <param name="P95Cut">The reduction of the 95th percentile relative to sequential.</param>
/// <param name="Share">The share of the clairvoyant policy's saving in the median.</param>
/// <param name="Extra">The extra device work relative to sequential.</param>
sealed record SeedComparison(double P50, double P95, double P50Cut, double P95Cut, double Share, double Extra);

/// <summary>A policy at one load.</summary>
sealed record Comparison(Policy Policy, double Load, SeedComparison[] Seeds)
{
    public double Share => Mean(s => s.Share);

    public double WorstShare => Seeds.Min(s => s.Share);

    public double Extra => Mean(s => s.Extra);

    public double WorstExtra => Seeds.Max(s => s.Extra);

    public double WorstP95Cut => Seeds.Min(s => s.P95Cut);

    /// <summary>
    /// Whether the goal is met in the mean of the seeds, and the 95th percentile never worse than sequential; null without a goal.
    /// </summary>
    public bool? IsMet => Policy.Goal is { } goal ? Share >= goal.Share && Extra <= goal.Extra && WorstP95Cut >= 0 : null;

    public double Mean(Func<SeedComparison, double> of) => Seeds.Average(of);
}

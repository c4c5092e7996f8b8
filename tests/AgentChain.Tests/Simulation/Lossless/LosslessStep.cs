namespace AgentChain.Tests.Simulation.Lossless;

/// <summary>A possible result of a sequential evaluation of a chain.</summary>
/// <param name="Value">The value that continues.</param>
/// <param name="Effects">The effects so far, in no order.</param>
/// <param name="EndedBy">The block at which the turn ends; null while it continues.</param>
/// <param name="Outcome">How it ends.</param>
/// <param name="Carried">The carried value, and how often a value was carried before.</param>
sealed record Possibility(long Value, IReadOnlyList<string> Effects, (long Value, int Times) Carried = default, string? EndedBy = null, TurnOutcome Outcome = TurnOutcome.Completed)
{
    public bool Ends => EndedBy is not null;

    public Possibility End(string block, TurnOutcome outcome = TurnOutcome.Failed) => this with { EndedBy = block, Outcome = outcome };

    public Possibility With(string effect) => this with { Effects = [.. Effects, effect] };
}

/// <summary>
/// A step of a random chain that speculates: adds itself to the real one, and computes the possible results of a sequential evaluation.
/// </summary>
abstract record LosslessStep(string Name)
{
    public abstract ChainBuilder<long, long> Add(ChainBuilder<long, long> chain, LosslessWorld world);

    /// <summary>The possible results for a value: more than one if the result depends on time, or if branches fail concurrently.</summary>
    public abstract IEnumerable<Possibility> Evaluate(Possibility input, LosslessWorld world);

    /// <summary>The step and its contents, for a failure's message.</summary>
    public virtual string Describe(string indent) => ToString();

    protected static string DescribeAll(string indent, string what, IEnumerable<LosslessStep> steps) =>
        $"\n{indent}  {what}:" + string.Concat(steps.Select(s => $"\n{indent}    {s.Describe(indent + "    ")}"));

    public static ChainBuilder<long, long> AddAll(IEnumerable<LosslessStep> steps, ChainBuilder<long, long> chain, LosslessWorld world) =>
        steps.Aggregate(chain, (c, s) => s.Add(c, world));

    public static IEnumerable<Possibility> EvaluateAll(IEnumerable<LosslessStep> steps, Possibility input, LosslessWorld world)
    {
        List<Possibility> all = [input];
        foreach (LosslessStep step in steps)
        {
            all = [.. all.SelectMany(p => p.Ends ? [p] : step.Evaluate(p, world))];
        }

        return all;
    }
}

namespace AgentChain.Tests.Simulation.Lossless;

/// <summary>What a sequential evaluation of a chain may come to.</summary>
/// <param name="Value">The value that goes on.</param>
/// <param name="Effects">The effects so far, in no order.</param>
/// <param name="EndedBy">The block at which the turn ends; null while it goes on.</param>
/// <param name="Outcome">How it ends.</param>
/// <param name="Carried">What is carried along, and how often something was carried before.</param>
sealed record Possibility(long Value, IReadOnlyList<string> Effects, (long Value, int Times) Carried = default, string? EndedBy = null, TurnOutcome Outcome = TurnOutcome.Completed)
{
    public bool Ends => EndedBy is not null;

    public Possibility End(string block, TurnOutcome outcome = TurnOutcome.Failed) => this with { EndedBy = block, Outcome = outcome };

    public Possibility With(string effect) => this with { Effects = [.. Effects, effect] };
}

/// <summary>A step of a random chain that speculates: adds itself to the real one, and says what a sequential evaluation may give.</summary>
abstract record LosslessStep(string Name)
{
    public abstract ChainBuilder<long, long> Add(ChainBuilder<long, long> chain, LosslessWorld world);

    /// <summary>What may become of a value. More than one where it depends on time, or where branches fail side by side.</summary>
    public abstract IEnumerable<Possibility> Evaluate(Possibility input, LosslessWorld world);

    /// <summary>The step and what is inside of it, for a failure's message.</summary>
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

using System.Diagnostics;

namespace AgentChain.Simulation;

/// <summary>Represents the result of a plan. Immutable.</summary>
[DebuggerDisplay("{Best}")]
public sealed class CapacityPlan
{
    internal CapacityPlan(double target, PlanTrial best, bool isProven, IReadOnlyList<PlanTrial> trials) =>
        (Target, Best, IsProven, Trials) = (target, best, isProven, trials);

    /// <summary>Gets the part of the turns that must meet the objective.</summary>
    public double Target { get; }

    /// <summary>
    /// Gets the cheapest configuration that meets the target; if none does, the one with the highest attainment.
    /// </summary>
    public PlanTrial Best { get; }

    /// <summary>Gets a value that indicates whether the target can be met with the devices' largest numbers of servers.</summary>
    public bool IsFeasible => Best.MeetsTarget;

    /// <summary>
    /// Gets a value that indicates whether every cheaper configuration was simulated or has no more servers of any device than one that
    /// failed; or, if the target cannot be met, that the largest configuration failed. Otherwise, the limit on simulations ended the search.
    /// </summary>
    public bool IsProven { get; }

    /// <summary>Gets the configurations that were simulated, in order. Those not listed here were excluded by one that is.</summary>
    public IReadOnlyList<PlanTrial> Trials { get; }

    /// <summary>Describes the plan as text: the answer, the configurations, and the result of the best one.</summary>
    /// <returns>The text, in lines that end with a line feed. It does not depend on the culture.</returns>
    public string ToText() => TextReport.Of(this);

    /// <summary>Describes the plan as one self-contained HTML page, as <see cref="SimulationResult.ToHtml"/>.</summary>
    /// <returns>The page.</returns>
    public string ToHtml() => HtmlReport.Of(this);

    /// <summary>Describes the answer in one line.</summary>
    /// <returns>A one-line description.</returns>
    public override string ToString() => TextReport.Headline(this);
}

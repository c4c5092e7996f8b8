using System.Diagnostics;

namespace AgentChain.Simulation;

/// <summary>Represents the result of a simulation. Immutable.</summary>
[DebuggerDisplay("{Runs.Count} seeds, attainment {Attainment.Mean}")]
public sealed class SimulationResult
{
    internal SimulationResult(string chain, string arrivals, LatencyBudget objective, IReadOnlyList<SimulationRun> runs, TimeSpan took) =>
        (Chain, Arrivals, Objective, Runs, Took, All) = (chain, arrivals, objective, runs, took, RunSum.Of(runs));

    /// <summary>Gets the name of the chain.</summary>
    public string Chain { get; }

    /// <summary>Gets the name of the arrival trace.</summary>
    public string Arrivals { get; }

    /// <summary>Gets the objective that turns were measured against.</summary>
    public LatencyBudget Objective { get; }

    /// <summary>Gets the results by seed.</summary>
    public IReadOnlyList<SimulationRun> Runs { get; }

    /// <summary>Gets the result of all seeds together: counts and times are added, percentiles are those of all turns.</summary>
    public SimulationRun All { get; }

    /// <summary>Gets the part of the turns that completed within the objective, with its interval over the seeds.</summary>
    public Estimate Attainment => EstimateOf(run => run.Attainment);

    /// <summary>Gets the real time that the simulation took.</summary>
    public TimeSpan Took { get; }

    /// <summary>Returns the mean of a value over the seeds, with its 95 percent confidence interval.</summary>
    /// <param name="value">A function that returns the value of one seed, such as <c>run => run.Total.P95.TotalMilliseconds</c>.</param>
    /// <returns>The estimate. It has no interval if there is only one seed.</returns>
    public Estimate EstimateOf(Func<SimulationRun, double> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Estimate.Of([.. Runs.Select(value)]);
    }

    /// <summary>Describes the result as a page of text: summary, outcomes, times, devices and blocks.</summary>
    /// <returns>The text, in lines that end with a line feed. It does not depend on the culture.</returns>
    public string ToText() => TextReport.Of(this);

    /// <summary>
    /// Describes the result as one self-contained HTML page with charts, and a table beside each: no script and no other file, for eye,
    /// keyboard and screen reader.
    /// </summary>
    /// <returns>The page.</returns>
    public string ToHtml() => HtmlReport.Of(this);

    /// <summary>Describes the result in one line.</summary>
    /// <returns>A one-line description.</returns>
    public override string ToString() => $"{Chain}: {Shown.Percent(Attainment)} of {Shown.Count(All.Turns)} turns met the objective";
}

using System.Globalization;
using System.Text;

namespace AgentChain.Tests.Soak;

/// <summary>How a soak ended.</summary>
/// <param name="Kinds">The kinds of turns and their results.</param>
/// <param name="Samples">The process, once a round.</param>
/// <param name="Faults">All that did not hold; empty when everything did.</param>
/// <param name="Elapsed">How long it took.</param>
sealed record SoakReport(IReadOnlyList<TurnKind> Kinds, IReadOnlyList<ProcessSample> Samples, IReadOnlyList<string> Faults, TimeSpan Elapsed)
{
    public bool Holds => Faults.Count == 0;

    public int Turns => Kinds.Sum(k => k.Tally.Started);

    public string ToTable()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{"kind",-32}{"turns",9}");
        foreach (TurnOutcome outcome in Enum.GetValues<TurnOutcome>())
        {
            text.Append(CultureInfo.InvariantCulture, $"{outcome,17}");
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"{"stood",9}{"wrong",9}{"sum by hand",20}{"sum",20}{"faults",8}");
        foreach (TurnKind kind in Kinds)
        {
            Tally tally = kind.Tally;
            text.Append(CultureInfo.InvariantCulture, $"{kind.Name,-32}{tally.Started,9}");
            foreach (TurnOutcome outcome in Enum.GetValues<TurnOutcome>())
            {
                text.Append(CultureInfo.InvariantCulture, $"{tally.Of(outcome),17}");
            }

            text.AppendLine(CultureInfo.InvariantCulture, $"{tally.Committed,9}{tally.Terminated,9}{tally.Expected,20}{tally.Actual,20}{tally.FaultCount,8}");
        }

        if (Samples.Count > 0)
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{"turns",12}{"heap, KiB",12}{"threads",9}{"handles",9}");
            foreach (ProcessSample sample in Samples)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"{sample.Turns,12}{sample.Heap / 1024,12}{sample.Threads,9}{sample.Handles,9}");
            }
        }

        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{Turns} turns in {Elapsed.TotalSeconds:0.0} s: {(Holds ? "everything holds" : $"{Faults.Count} faults")}");
        foreach (string fault in Faults)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {fault}");
        }

        return text.ToString();
    }
}

using System.Net;

namespace AgentChain.Simulation;

/// <summary>Formats values for people, independent of the culture.</summary>
static class Shown
{
    public static string Time(TimeSpan time) =>
        time < TimeSpan.FromMilliseconds(10) ? OptionCheck.Text($"{time.TotalMilliseconds:0.##} ms")
        : time < TimeSpan.FromSeconds(10) ? OptionCheck.Text($"{time.TotalMilliseconds:0} ms")
        : time < TimeSpan.FromMinutes(10) ? OptionCheck.Text($"{time.TotalSeconds:0.0} s")
        : time < TimeSpan.FromHours(10) ? OptionCheck.Text($"{time.TotalMinutes:0.0} min")
        : OptionCheck.Text($"{time.TotalHours:0.0} h");

    public static string Percent(double part) => OptionCheck.Text($"{100 * part:0.0} %");

    public static string Percent(Estimate part) => part.HasInterval
        ? OptionCheck.Text($"{Percent(part.Mean)} ({100 * Math.Max(0, part.Low):0.0} to {100 * Math.Min(1, part.High):0.0})")
        : Percent(part.Mean);

    public static string Milliseconds(Estimate time) => time.HasInterval
        ? OptionCheck.Text($"{time.Mean:0} ms ({Math.Max(0, time.Low):0} to {time.High:0})")
        : Time(TimeSpan.FromMilliseconds(time.Mean));

    public static string Count(long count) => OptionCheck.Text($"{count:N0}");

    /// <summary>Returns a number for an attribute of a drawing.</summary>
    public static string Number(double value) => OptionCheck.Text($"{value:0.##}");

    public static string Html(string text) => WebUtility.HtmlEncode(text);

    public static string Outcome(TurnOutcome outcome) => outcome switch
    {
        TurnOutcome.Completed => "completed",
        TurnOutcome.Interrupted => "interrupted",
        TurnOutcome.DeadlineExceeded => "deadline exceeded",
        TurnOutcome.Rejected => "rejected",
        _ => "failed",
    };
}

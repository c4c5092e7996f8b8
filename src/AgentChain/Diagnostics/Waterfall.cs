using System.Globalization;
using System.Text;
using AgentChain.Turns;

namespace AgentChain.Diagnostics;

/// <summary>Draws a turn's report as text.</summary>
public static class Waterfall
{
    const int Width = 48;

    /// <summary>
    /// Draws each block's runs as bars over the turn's time, then the critical path: the parts that sum to the whole.
    /// </summary>
    /// <param name="report">The report.</param>
    /// <returns>
    /// Lines of text. In the bars <c>█</c> is work, <c>░</c> waiting in a queue, <c>▒</c> waiting for a device; behind a
    /// bar stand the block's first start, its working time and its notes. With live input the bars begin where it ended.
    /// </returns>
    public static string ToWaterfall(this TurnReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder();
        TimeSpan origin = report.InputEnded ?? TimeSpan.Zero;
        double total = Math.Max((report.Elapsed - origin).TotalMilliseconds, 0.001);
        string[] names = [.. report.Spans.Select(s => s.Block).Distinct()];
        int indent = names.Concat(report.Parts.Select(p => p.Owner)).Select(n => n.Length).DefaultIfEmpty(8).Max() + 2;
        text.Append("turn".PadRight(indent)).Append('|').Append(' ', Width).Append("| ").Append(Ms(report.Elapsed - origin));
        if (report.ResponseTime is { } first)
        {
            text.Append(", first output at ").Append(Ms(first));
        }

        if (report.InputEnded is not null)
        {
            text.Append(", counted from the end of the input");
        }

        text.AppendLine();
        foreach (string name in names)
        {
            BlockSpan[] spans = [.. report.Spans.Where(s => s.Block == name)];
            text.Append(name.PadRight(indent)).Append('|').Append(Bar(spans, origin, total)).Append("| ");
            text.Append("at ").Append(Ms(spans[0].Started - origin)).Append(" for ").Append(Ms(Sum(spans)));
            text.Append(spans.Length > 1 ? string.Create(CultureInfo.InvariantCulture, $" in {spans.Length} runs") : "");
            text.AppendLine(Notes(spans));
        }

        text.Append("critical path: ");
        text.AppendJoin(", ", report.Parts.Where(p => p.Duration >= report.Elapsed / 1000).Select(Describe));
        text.Append(CultureInfo.InvariantCulture, $" = {Ms(report.Elapsed)}").AppendLine();
        return text.ToString();
    }

    static string Describe(ReportPart part) => part.Kind switch
    {
        PartKind.Block => $"{part.Owner} {Ms(part.Duration)}",
        PartKind.Queue => $"wait for {part.Owner} {Ms(part.Duration)}",
        PartKind.Device => $"device for {part.Owner} {Ms(part.Duration)}",
        PartKind.Barrier => $"barrier at {part.Owner} {Ms(part.Duration)}",
        PartKind.Input => $"{part.Owner} {Ms(part.Duration)}",
        _ => $"{part.Owner} setting {Ms(part.Duration)}",
    };

    static string Bar(BlockSpan[] spans, TimeSpan origin, double total)
    {
        Span<char> bar = stackalloc char[Width];
        bar.Fill(' ');
        foreach (BlockSpan span in spans)
        {
            Fill(bar, span.Queued - origin, span.Started - origin, total, '░', atLeastOne: false);
        }

        foreach (BlockSpan span in spans)
        {
            Fill(bar, span.Started - origin, span.Started + span.DeviceWait - origin, total, '▒', atLeastOne: false);
            Fill(bar, span.Started + span.DeviceWait - origin, span.Ended - origin, total, '█', atLeastOne: true);
        }

        return new string(bar);
    }

    static void Fill(Span<char> bar, TimeSpan from, TimeSpan to, double total, char with, bool atLeastOne)
    {
        if (to <= TimeSpan.Zero && from < TimeSpan.Zero)
        {
            return;
        }

        int start = Math.Clamp((int)(from.TotalMilliseconds / total * Width), 0, Width - 1);
        int end = Math.Clamp((int)Math.Round(to.TotalMilliseconds / total * Width), start, Width);
        if (end == start && atLeastOne)
        {
            end = start + 1;
        }

        bar[start..end].Fill(with);
    }

    static string Notes(BlockSpan[] spans)
    {
        SpanNotes notes = spans.Aggregate(SpanNotes.None, (all, s) => all | s.Notes);
        return notes == SpanNotes.None ? "" : $" [{notes}]";
    }

    static TimeSpan Sum(BlockSpan[] spans) => spans.Aggregate(TimeSpan.Zero, (all, s) => all + (s.Ended - s.Started - s.DeviceWait));

    static string Ms(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0} ms");
}

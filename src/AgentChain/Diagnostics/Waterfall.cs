using System.Globalization;
using System.Text;
using AgentChain.Speculation;

namespace AgentChain;

/// <summary>Provides extension methods that draw a turn's report as text.</summary>
public static class Waterfall
{
    const int DefaultWidth = 48;
    const int Narrowest = 8;
    const int Widest = 400;

    /// <summary>The notes about speculation, which the drawing describes in words.</summary>
    const SpanNotes Early = SpanNotes.Speculative | SpanNotes.Terminated | SpanNotes.Prefill;

    /// <summary>Draws a report with bars of 48 columns. See <see cref="ToWaterfall(TurnReport, int)"/>.</summary>
    /// <param name="report">The report.</param>
    /// <returns>The lines of text.</returns>
    public static string ToWaterfall(this TurnReport report) => ToWaterfall(report, DefaultWidth);

    /// <summary>
    /// Draws each block's runs as bars over the turn's time, then the critical path: the parts that sum to the whole.
    /// </summary>
    /// <param name="report">The report.</param>
    /// <param name="width">The number of columns of the bars, 8 to 400. The text before and after the bars is not included.</param>
    /// <returns>
    /// The lines of text. In the bars, <c>█</c> is work, <c>░</c> is waiting in a queue, <c>▒</c> is waiting for a device, and <c>▄</c> is
    /// the time from the first to the last of many runs that are reported as one (see <see cref="BlockSpan.Runs"/>). The text after a bar
    /// shows the block's first start, its working time and its notes. With live input, the bars begin where the input ended.
    /// Speculative work is <c>▓</c> if it was committed and <c>×</c> if it was terminated; prefills are <c>▚</c>. With such work, the bars
    /// begin at its start, a <c>|</c> within them shows where live input ended, and the last line summarizes the speculation. Times are
    /// still counted from the end of the input.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="width"/> is outside its range.</exception>
    public static string ToWaterfall(this TurnReport report, int width)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, Narrowest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, Widest);
        var text = new StringBuilder();
        var axis = Axis.Of(report, width);
        string[] names = [.. report.Spans.Select(s => s.Block).Distinct()];
        int indent = names.Concat(report.Parts.Select(p => p.Owner)).Select(n => n.Length).DefaultIfEmpty(8).Max() + 2;
        text.Append("turn".PadRight(indent)).Append('|').Append(axis.Bar([])).Append("| ").Append(Ms(report.Elapsed - axis.Origin));
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
            text.Append(name.PadRight(indent)).Append('|').Append(axis.Bar(spans)).Append("| ");
            text.Append("at ").Append(Ms(spans[0].Started - axis.Origin)).Append(" for ").Append(Ms(Sum(spans)));
            int runs = spans.Sum(s => s.Runs);
            text.Append(runs > 1 ? string.Create(CultureInfo.InvariantCulture, $" in {runs} runs") : "");
            text.Append(Speculated(spans));
            text.AppendLine(Notes(spans));
        }

        text.Append("critical path: ");
        text.AppendJoin(", ", report.Parts.Where(p => p.Duration >= report.Elapsed / 1000).Select(Describe));
        text.Append(CultureInfo.InvariantCulture, $" = {Ms(report.Elapsed)}").AppendLine();
        return text.Append(Describe(report.Speculation)).ToString();
    }

    static string Describe(ReportPart part) => part.Kind switch
    {
        PartKind.Block => $"{part.Owner} {Ms(part.Duration)}",
        PartKind.Queue => $"wait for {part.Owner} {Ms(part.Duration)}",
        PartKind.Device => $"device for {part.Owner} {Ms(part.Duration)}",
        PartKind.Barrier => $"barrier at {part.Owner} {Ms(part.Duration)}",
        PartKind.InnerWait => $"wait for {part.Owner} {Ms(part.Duration)}",
        PartKind.Inner => $"{part.Owner} {Ms(part.Duration)}",
        PartKind.Input => $"{part.Owner} {Ms(part.Duration)}",
        _ => $"{part.Owner} {Ms(part.Duration)}",
    };

    static string Describe(SpeculationAccount account)
    {
        if (account is { Started: 0, Prefills: 0 })
        {
            return "";
        }

        string prefills = account.Prefills == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $", {account.Prefills} prefilled in {Ms(account.Prefilling)}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"speculation: {account.Started} started, {account.Committed} committed, saved {Ms(account.Saved)}, wasted {Ms(account.Wasted)}{prefills}{Environment.NewLine}");
    }

    static string Speculated(BlockSpan[] spans)
    {
        (int Count, string What)[] kinds =
        [
            (Count(spans, IsPrefill), "prefill"),
            (Count(spans, s => IsEarly(s) && !IsPrefill(s) && !IsInVain(s)), "early"),
            (Count(spans, s => IsInVain(s) && !IsPrefill(s)), "wasted"),
        ];
        bool isOne = spans is [{ Runs: 1 }];
        string[] told = [.. kinds.Where(k => k.Count > 0).Select(k => isOne ? k.What : string.Create(CultureInfo.InvariantCulture, $"{k.Count} {k.What}"))];
        return told.Length == 0 ? "" : ", " + string.Join(", ", told);
    }

    static string Notes(BlockSpan[] spans)
    {
        SpanNotes notes = spans.Aggregate(SpanNotes.None, (all, s) => all | s.Notes) & ~Early;
        return notes == SpanNotes.None ? "" : $" [{notes}]";
    }

    static bool IsEarly(BlockSpan span) => (span.Notes & Early) != 0;

    static bool IsPrefill(BlockSpan span) => span.Notes.HasFlag(SpanNotes.Prefill);

    static bool IsInVain(BlockSpan span) => span.Notes.HasFlag(SpanNotes.Terminated);

    static TimeSpan Sum(BlockSpan[] spans) => spans.Aggregate(TimeSpan.Zero, (all, s) => all + s.Working);

    static int Count(BlockSpan[] spans, Func<BlockSpan, bool> which) => spans.Where(which).Sum(s => s.Runs);

    static string Ms(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0} ms");

    /// <summary>The time axis of the bars.</summary>
    /// <param name="Origin">The time from which times are counted: the end of live input, or the turn's start.</param>
    /// <param name="Begin">The time at the left end of the bars.</param>
    /// <param name="Total">The length of the bars in milliseconds.</param>
    /// <param name="Width">The length of the bars in columns.</param>
    /// <param name="Mark">The column in which live input ended, or a negative number if there is no mark.</param>
    readonly record struct Axis(TimeSpan Origin, TimeSpan Begin, double Total, int Width, int Mark)
    {
        public static Axis Of(TurnReport report, int width)
        {
            TimeSpan origin = report.InputEnded ?? TimeSpan.Zero;
            TimeSpan begin = report.Spans.Where(IsEarly).Select(s => s.Queued).Append(origin).Min();
            var axis = new Axis(origin, begin, Math.Max((report.Elapsed - begin).TotalMilliseconds, 0.001), width, -1);
            return begin < origin ? axis with { Mark = axis.Column(origin) } : axis;
        }

        public string Bar(BlockSpan[] spans)
        {
            Span<char> bar = stackalloc char[Width];
            bar.Fill(' ');
            if (Mark >= 0)
            {
                bar[Mark] = '|';
            }

            foreach (BlockSpan span in spans)
            {
                Fill(bar, span.Queued, span.Started, '░', atLeastOne: false);
            }

            foreach (BlockSpan span in spans.Where(s => s.Runs > 1))
            {
                Fill(bar, span.Started, span.Ended, '▄', atLeastOne: true);
            }

            // Committed work is drawn last, so that it is visible in shared columns.
            foreach (BlockSpan span in spans.Where(s => s.Runs == 1).OrderBy(s => IsInVain(s) ? 0 : IsPrefill(s) ? 1 : 2))
            {
                char work = IsPrefill(span) ? '▚' : IsInVain(span) ? '×' : IsEarly(span) ? '▓' : '█';
                Fill(bar, span.Started, span.Started + span.DeviceWait, '▒', atLeastOne: false);
                Fill(bar, span.Started + span.DeviceWait, span.Ended, work, atLeastOne: true);
            }

            return new string(bar);
        }

        int Column(TimeSpan time) => Math.Clamp((int)((time - Begin).TotalMilliseconds / Total * Width), 0, Width - 1);

        void Fill(Span<char> bar, TimeSpan from, TimeSpan to, char with, bool atLeastOne)
        {
            if (to <= Begin && from < Begin)
            {
                return;
            }

            int start = Column(from);
            int end = Math.Clamp((int)Math.Round((to - Begin).TotalMilliseconds / Total * Width), start, Width);
            if (end == start && atLeastOne)
            {
                end = start + 1;
            }

            bar[start..end].Fill(with);
        }
    }
}

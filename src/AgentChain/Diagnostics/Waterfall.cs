using System.Globalization;
using System.Text;
using AgentChain.Speculation;
using AgentChain.Turns;

namespace AgentChain.Diagnostics;

/// <summary>Draws a turn's report as text.</summary>
public static class Waterfall
{
    const int DefaultWidth = 48;
    const int Narrowest = 8;
    const int Widest = 400;

    /// <summary>What concerns speculation, which is told in words.</summary>
    const SpanNotes Early = SpanNotes.Speculative | SpanNotes.Terminated | SpanNotes.Prefill;

    /// <summary>Draws it with bars of 48 columns; see <see cref="ToWaterfall(TurnReport, int)"/>.</summary>
    /// <param name="report">The report.</param>
    /// <returns>Lines of text.</returns>
    public static string ToWaterfall(this TurnReport report) => ToWaterfall(report, DefaultWidth);

    /// <summary>
    /// Draws each block's runs as bars over the turn's time, then the critical path: the parts that sum to the whole.
    /// </summary>
    /// <param name="report">The report.</param>
    /// <param name="width">How many columns the bars take, 8 to 400; what stands before and behind them comes on top.</param>
    /// <returns>
    /// Lines of text. In the bars <c>█</c> is work, <c>░</c> waiting in a queue, <c>▒</c> waiting for a device, and <c>▄</c> the time from the first
    /// to the last of many runs that are told as one (see <see cref="BlockSpan.Runs"/>); behind a bar stand the block's first start, its working time and its notes. With live input the bars begin where it ended.
    /// Work that began before its input was certain is <c>▓</c> where it stood and <c>×</c> where it was in vain, pre-fills are <c>▚</c>. With
    /// such work the bars begin at the first of it, a <c>|</c> within them shows where live input ended, from which times are still
    /// counted, and the account of the speculation follows in the last line.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The width is outside its range.</exception>
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
        PartKind.Input => $"{part.Owner} {Ms(part.Duration)}",
        _ => $"{part.Owner} setting {Ms(part.Duration)}",
    };

    static string Describe(SpeculationAccount account)
    {
        if (account is { Started: 0, Prefills: 0 })
        {
            return "";
        }

        string prefills = account.Prefills == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $", {account.Prefills} pre-filled in {Ms(account.Prefilling)}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"speculation: {account.Started} started, {account.Committed} stood, saved {Ms(account.Saved)}, wasted {Ms(account.Wasted)}{prefills}{Environment.NewLine}");
    }

    static string Speculated(BlockSpan[] spans)
    {
        (int Count, string What)[] kinds =
        [
            (Count(spans, IsPrefill), "to pre-fill"),
            (Count(spans, s => IsEarly(s) && !IsPrefill(s) && !IsInVain(s)), "early"),
            (Count(spans, s => IsInVain(s) && !IsPrefill(s)), "in vain"),
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

    /// <summary>The bars' time.</summary>
    /// <param name="Origin">From when times are counted: the end of live input, or the turn's start.</param>
    /// <param name="Begin">The left end of the bars.</param>
    /// <param name="Total">How long the bars are, in milliseconds.</param>
    /// <param name="Width">And in columns.</param>
    /// <param name="Mark">The column in which live input ended; negative where there is nothing to mark.</param>
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

            // What stood is drawn last, so that it is seen where columns are shared.
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

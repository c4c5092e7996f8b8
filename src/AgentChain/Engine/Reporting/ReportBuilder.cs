using AgentChain.Engine.Speculation;
using AgentChain.Engine.Turns;
using AgentChain.Speculation;

namespace AgentChain.Engine.Reporting;

/// <summary>
/// Builds a turn's report. The parts are found backward from the end: the last output was produced by a hop, which had waited for the hop
/// that caused it, and so on back to the turn's start. Each hop contributes up to three parts:
/// <code>
///   parent's end ── queue or barrier ── started ── device ── running ── block ── ended
/// </code>
/// The parts are therefore contiguous, and sum to the turn's time by construction. In a block's part, the time that it waited for work
/// inside it is a part of that work. A block with live input contributes the time in which
/// the input arrived, and the wait for its end, instead of its own time.
/// </summary>
static class ReportBuilder
{
    /// <summary>The owner of the time between the last block and the host.</summary>
    public const string Output = "output";

    /// <summary>The owner of the time before the first block: the wait for room in the chain.</summary>
    public const string Entry = "entry";

    /// <summary>The owner of the time in which live input was still arriving.</summary>
    public const string Input = "input";

    /// <summary>The owner of the wait that confirms that no more input arrives.</summary>
    public const string Endpoint = "endpoint";

    public static TurnReport Build(TurnCore turn)
    {
        List<TraceStep> all = [];
        for (TraceStep? run = turn.LatestRun; run is not null; run = run.Earlier)
        {
            all.Add(run);
        }

        all.Sort(static (a, b) => a.StartedAt.CompareTo(b.StartedAt));
        (TraceStep? first, TraceStep? last) = turn.Outputs;
        if (turn.FirstOutputAt > turn.EndedAt)
        {
            // The output was produced while the turn was ending, and was not delivered.
            first = null;
        }

        SpeculationAccount account = turn.Speculation?.MakeAccount(all) ?? SpeculationAccount.None;
        Dictionary<BlockNode, InnerWait[]>? waits = turn.Inner?.Waits();
        TimeSpan? firstOutput = first is null ? null : At(turn, turn.FirstOutputAt);
        return new TurnReport(
            At(turn, turn.EndedAt),
            firstOutput,
            Path(turn, turn.Outcome == TurnOutcome.Completed ? last : Furthest(all, last), turn.EndedAt, waits),
            first is null ? [] : Path(turn, first, turn.FirstOutputAt, waits),
            Spans(turn, all, turn.FoldedRuns))
        {
            Budget = turn.Budget,
            InputEnded = turn.InputEndedAt == 0 ? null : At(turn, turn.InputEndedAt),
            Speculation = turn.Inner is { } inner ? inner.AddTo(account) : account,
            Usage = turn.Uses?.All() ?? [],
        };
    }

    /// <summary>
    /// Returns how far an incomplete turn got: the run that was in progress when it ended, or else the run that ended last.
    /// </summary>
    static TraceStep? Furthest(List<TraceStep> runs, TraceStep? last) =>
        runs.LastOrDefault(r => r.EndedAt == 0 || r.EndedAt > r.Turn.EndedAt) ?? runs.MaxBy(r => r.EndedAt) ?? last;

    static List<ReportPart> Path(TurnCore turn, TraceStep? from, long until, Dictionary<BlockNode, InnerWait[]>? waits)
    {
        List<ReportPart> parts = [];
        long cursor = until;
        long doneAt = from?.EndedAt ?? 0;
        string waiter = Output;
        PartKind waitKind = PartKind.Queue;
        for (TraceStep? step = from; step is not null; step = step.Parent)
        {
            long ended = doneAt == 0 ? cursor : Math.Min(doneAt, cursor);
            cursor = Add(waiter, waitKind, ended, cursor);
            if (step.Input.Known != 0)
            {
                cursor = AddWork(step, step.Input.Known, cursor);
                cursor = Add(Endpoint, PartKind.Endpointing, step.Input.Last, cursor);
                cursor = Add(Input, PartKind.Input, step.RunningAt, cursor);
            }

            cursor = AddWork(step, step.RunningAt, cursor);
            cursor = Add(step.Node.Name, PartKind.Device, step.StartedAt, cursor);
            (waiter, waitKind) = (step.Node.Name, step.WaitedAtBarrier ? PartKind.Barrier : PartKind.Queue);

            // The step that it waited for may have continued since: a run that has produced one item produces the next.
            doneAt = step.QueuedAt;
        }

        Add(waiter, waitKind, turn.StartedAt, cursor);
        parts.Reverse();
        return parts;

        // The block's own time, and the times at which it waited for work inside it. If it waited for several works at once, it continued
        // when the last of them ended, so that one is the critical one.
        long AddWork(TraceStep step, long start, long end)
        {
            foreach (InnerWait wait in waits?.GetValueOrDefault(step.Node) ?? [])
            {
                long waited = Math.Min(wait.Until, end);
                long since = Math.Max(wait.From, start);
                if (since < waited && wait.IsIn(step))
                {
                    end = Add(step.Node.Name, PartKind.Block, waited, end);
                    end = Add(wait.Owner, PartKind.Inner, Math.Clamp(wait.RanAt, since, waited), end);
                    end = Add(wait.Owner, PartKind.InnerWait, since, end);
                }
            }

            return Add(step.Node.Name, PartKind.Block, start, end);
        }

        long Add(string owner, PartKind kind, long start, long end)
        {
            if (start >= end)
            {
                return end;
            }

            if (parts.Count > 0 && parts[^1].Owner == owner && parts[^1].Kind == kind)
            {
                parts[^1] = parts[^1] with { Start = At(turn, start) };
            }
            else
            {
                parts.Add(new ReportPart(owner, kind, At(turn, start), At(turn, end)));
            }

            return start;
        }
    }

    /// <summary>Returns the spans in order of start: the first runs of each block separately, and the rest folded.</summary>
    static List<BlockSpan> Spans(TurnCore turn, List<TraceStep> runs, FoldedRuns? folded)
    {
        Dictionary<(BlockNode, SpanNotes), SpanFold> folds = [];
        foreach (SpanFold fold in folded?.All() ?? [])
        {
            Of(fold.Node, fold.Kind).Add(fold);
        }

        List<BlockSpan> spans = [];
        Dictionary<BlockNode, int> counts = [];
        foreach (TraceStep run in runs)
        {
            bool isDone = run.EndedAt != 0 && run.EndedAt <= turn.EndedAt;
            int count = counts[run.Node] = counts.GetValueOrDefault(run.Node) + 1;
            if (isDone && count > SpanFold.Kept)
            {
                Of(run.Node, FoldedRuns.Speculated(run)).Add(run);
            }
            else
            {
                spans.Add(Span(turn, run));
            }
        }

        spans.AddRange(folds.Values.Select(fold => fold.ToSpan(t => At(turn, t), t => turn.Runtime.Time.GetElapsedTime(0, t))));
        spans.AddRange(turn.Inner?.Spans() ?? []);
        return [.. spans.OrderBy(span => span.Started)];

        SpanFold Of(BlockNode node, SpanNotes kind)
        {
            if (!folds.TryGetValue((node, kind), out SpanFold? fold))
            {
                folds.Add((node, kind), fold = new SpanFold(node, kind));
            }

            return fold;
        }
    }

    static BlockSpan Span(TurnCore turn, TraceStep step)
    {
        bool unfinished = step.EndedAt == 0 || step.EndedAt > turn.EndedAt;
        TimeSpan started = At(turn, step.StartedAt);
        TimeSpan ended = At(turn, unfinished ? Math.Max(turn.EndedAt, step.StartedAt) : step.EndedAt);
        TimeSpan running = step.RunningAt == long.MaxValue ? ended : At(turn, step.RunningAt);
        return new BlockSpan(
            step.Node.Name,
            At(turn, Math.Min(step.QueuedAt == 0 ? step.StartedAt : step.QueuedAt, step.StartedAt)),
            started,
            ended,
            step.Notes | (unfinished ? SpanNotes.Unfinished : SpanNotes.None) | FoldedRuns.Speculated(step))
        {
            DeviceWait = (running < ended ? running : ended) - started,
            CommitWait = step.Scope is { Idle: { Until: not 0 } idle } && step.MayBeLeftBehind
                ? Overlap(At(turn, idle.From), At(turn, idle.Until), running < ended ? running : ended, ended)
                : TimeSpan.Zero,
        };
    }

    static TimeSpan Overlap(TimeSpan from, TimeSpan until, TimeSpan start, TimeSpan end)
    {
        TimeSpan length = (until < end ? until : end) - (from > start ? from : start);
        return length > TimeSpan.Zero ? length : TimeSpan.Zero;
    }

    static TimeSpan At(TurnCore turn, long timestamp) => turn.Runtime.Time.GetElapsedTime(turn.StartedAt, timestamp);
}

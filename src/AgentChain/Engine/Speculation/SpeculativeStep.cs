using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Speculation;

/// <summary>
/// A value that leaves a gate, seen from behind it. Where the work stood, the time that the turn waited for it is short, and the time
/// it would have taken is kept, for the account.
/// </summary>
class SpeculativeStep(TurnCore turn, BlockNode node, TraceStep? parent, long startedAt) : TraceStep(turn, node, parent, startedAt)
{
    /// <summary>Whose output it is; null for a join's.</summary>
    public Attempt? Attempt { get; init; }

    /// <summary>How long the work took; negative where that is the hop's own time.</summary>
    public long Worked { get; init; } = -1;

    /// <summary>What else the work would have waited for.</summary>
    public TraceStep? Also { get; init; }

    /// <summary>What else besides; only for a join of more than two branches.</summary>
    public virtual ReadOnlySpan<TraceStep> More => default;

    /// <summary>
    /// When it would have been done had every run begun only once its input was certain; 0 where that is found by walking back. Kept with the
    /// items of a stream, which would otherwise have to keep all items before them.
    /// </summary>
    public long Sequential { get; init; }

    /// <summary>The gate from which a value came last.</summary>
    public static Attempt? LatestAttempt(TraceStep? from)
    {
        for (TraceStep? step = from; step is not null; step = step.Parent)
        {
            if (step is SpeculativeStep { Attempt: { } attempt })
            {
                return attempt;
            }
        }

        return null;
    }

    /// <summary>When a hop would have been done had every run begun only once its input was certain.</summary>
    public static long SequentialEnd(TraceStep? from, long start)
    {
        long sum = 0;
        long end = from?.EndedAt ?? start;
        for (TraceStep? step = from; step is not null; step = step.Parent)
        {
            long before = step.Parent is { } parent ? EndBefore(parent, step) : start;
            if (step is not SpeculativeStep gate)
            {
                sum += Math.Max(0, end - before);
                end = before;
                continue;
            }

            if (gate.Sequential != 0)
            {
                return sum + gate.Sequential;
            }

            sum += gate.Worked >= 0 ? gate.Worked : Math.Max(0, end - Math.Max(before, gate.OthersEndedAt));
            end = before;
            if (gate.Also is { } also)
            {
                long input = Math.Max(SequentialEnd(step.Parent, start), SequentialEnd(also, start));
                foreach (TraceStep other in gate.More)
                {
                    input = Math.Max(input, SequentialEnd(other, start));
                }

                return sum + input;
            }
        }

        return start + sum;
    }

    long OthersEndedAt
    {
        get
        {
            long end = Also?.EndedAt ?? 0;
            foreach (TraceStep other in More)
            {
                end = Math.Max(end, other.EndedAt);
            }

            return end;
        }
    }

    /// <summary>When a hop was done, as far as another waited for it: the items of a run do not wait for its end.</summary>
    static long EndBefore(TraceStep parent, TraceStep step) =>
        step is ItemStep ? step.QueuedAt : parent.EndedAt == 0 || (step is not SpeculativeStep && parent.EndedAt > step.StartedAt) ? step.StartedAt : parent.EndedAt;
}

using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Speculation;

/// <summary>
/// The step that is recorded when a value leaves a gate. If speculative work was reused, the step's own duration is near zero, and
/// <see cref="Worked"/> holds the duration that it would have had, for the account.
/// </summary>
class SpeculativeStep(TurnCore turn, BlockNode node, TraceStep? parent, long startedAt) : TraceStep(turn, node, parent, startedAt)
{
    /// <summary>The attempt whose output it is; null for the output of a join.</summary>
    public Attempt? Attempt { get; init; }

    public override IWorkScope? RunScope => Attempt;

    /// <summary>How long the work took, in ticks; negative if that is the step's own duration.</summary>
    public long Worked { get; init; } = -1;

    /// <summary>A second step that the work waited for: the other branch of a join. Null if there is none.</summary>
    public TraceStep? Also { get; init; }

    /// <summary>Further such steps; only for a join of more than two branches.</summary>
    public virtual ReadOnlySpan<TraceStep> More => default;

    /// <summary>
    /// The <see cref="SequentialEnd"/> of this step; 0 if it is found by walking back. Stored with the items of a stream, which would
    /// otherwise have to keep all items before them.
    /// </summary>
    public long Sequential { get; init; }

    /// <summary>Returns the attempt whose gate a value left last; null if there is none.</summary>
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

    /// <summary>Returns the time at which a step would have ended if every run had begun only when its input was final.</summary>
    /// <remarks>
    /// Derivation: S(step) = S(input) + the time from the input's end to the step's end. Walking back, these times tile the turn, so
    /// without speculation S is the step's actual end. Two terms differ: reused work adds <see cref="Worked"/>, because the turn hardly
    /// waited for it, and a join starts from the latest S of its branches, which need not be the branch that ended last.
    /// </remarks>
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

    /// <summary>
    /// Returns the time at which a step was done for the step that waited for it: an item does not wait for the end of its run.
    /// </summary>
    static long EndBefore(TraceStep parent, TraceStep step) =>
        step is ItemStep
            ? step.QueuedAt
            : parent.EndedAt == 0 || (step is not SpeculativeStep && parent.EndedAt > step.StartedAt) ? step.StartedAt
            : parent.EndedAt;
}

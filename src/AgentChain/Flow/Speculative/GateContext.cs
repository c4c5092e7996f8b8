using AgentChain.Blocks;

namespace AgentChain.Flow.Speculative;

/// <summary>Where the output of a gate's block goes on: what the latest value with its key rests on and is inside of.</summary>
/// <param name="Turn">The turn.</param>
/// <param name="Scope">The hypothesis, or what else it is inside of.</param>
/// <param name="Frame">The joins it is inside of.</param>
/// <param name="Cause">What made the value; null at the start.</param>
/// <param name="At">When the value came.</param>
sealed record GateContext(TurnState Turn, IFlowScope? Scope, Frame? Frame, Hop? Cause, long At)
{
    public Baggage? Baggage => Cause?.Baggage;

    public bool IsGone => Turn.IsOver || Scope is { IsGone: true };

    public bool IsUncommitted => Scope is { IsUncommitted: true };

    public static GateContext Of<T>(in Envelope<T> envelope) =>
        new(envelope.Turn, envelope.Cause?.Scope, envelope.Frame, envelope.Cause, envelope.Turn.Runtime.Now);
}

/// <summary>
/// A value that leaves a gate, seen from behind it. Where the work stood, the time that the turn waited for it is short, and the time
/// it would have taken is kept, for the account.
/// </summary>
class GateHop(TurnState turn, FlowNode node, Hop? parent, long startedAt) : Hop(turn, node, parent, startedAt)
{
    /// <summary>Whose output it is; null for a join's.</summary>
    public Attempt? Attempt { get; init; }

    /// <summary>How long the work took; negative where that is the hop's own time.</summary>
    public long Worked { get; init; } = -1;

    /// <summary>What else the work would have waited for.</summary>
    public Hop? Also { get; init; }

    /// <summary>What else besides; only for a join of more than two branches.</summary>
    public virtual ReadOnlySpan<Hop> More => default;

    /// <summary>
    /// When it would have been done had every run begun only once its input was certain; 0 where that is found by walking back. Kept with the
    /// items of a stream, which would otherwise have to keep all items before them.
    /// </summary>
    public long Sequential { get; init; }

    /// <summary>The gate from which a value came last.</summary>
    public static Attempt? LatestAttempt(Hop? from)
    {
        for (Hop? hop = from; hop is not null; hop = hop.Parent)
        {
            if (hop is GateHop { Attempt: { } attempt })
            {
                return attempt;
            }
        }

        return null;
    }

    /// <summary>When a hop would have been done had every run begun only once its input was certain.</summary>
    public static long SequentialEnd(Hop? from, long start)
    {
        long sum = 0;
        long end = from?.EndedAt ?? start;
        for (Hop? hop = from; hop is not null; hop = hop.Parent)
        {
            long before = hop.Parent is { } parent ? EndBefore(parent, hop) : start;
            if (hop is not GateHop gate)
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
                long input = Math.Max(SequentialEnd(hop.Parent, start), SequentialEnd(also, start));
                foreach (Hop other in gate.More)
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
            foreach (Hop other in More)
            {
                end = Math.Max(end, other.EndedAt);
            }

            return end;
        }
    }

    /// <summary>When a hop was done, as far as another waited for it: the items of a run do not wait for its end.</summary>
    static long EndBefore(Hop parent, Hop hop) =>
        hop is ItemHop ? hop.QueuedAt : parent.EndedAt == 0 || (hop is not GateHop && parent.EndedAt > hop.StartedAt) ? hop.StartedAt : parent.EndedAt;
}

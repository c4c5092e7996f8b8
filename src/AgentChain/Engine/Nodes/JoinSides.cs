using AgentChain.Blocks;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Nodes;

static class JoinSides
{
    /// <summary>Returns the branch that ended last; on a tie, the last of them.</summary>
    public static int Latest<TSides>(in TSides sides)
        where TSides : struct, IJoinSides
    {
        int latest = 0;
        long end = 0;
        for (int side = 0; side < sides.Count; side++)
        {
            long ended = sides.CauseOf(side)?.EndedAt ?? 0;
            if (ended >= end)
            {
                (latest, end) = (side, ended);
            }
        }

        return latest;
    }

    /// <summary>Merges the baggage of the branches; additions of a later branch override those of an earlier one.</summary>
    public static Baggage? BaggageOf<TSides>(in TSides sides, TraceStep? fork)
        where TSides : struct, IJoinSides
    {
        Baggage? all = sides.CauseOf(0)?.Baggage;
        for (int side = 1; side < sides.Count; side++)
        {
            all = Baggage.Merge(all, sides.CauseOf(side)?.Baggage, fork?.Baggage);
        }

        return all;
    }
}

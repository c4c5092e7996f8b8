using AgentChain.Blocks;

namespace AgentChain.Flow;

/// <summary>The result of one branch of a join.</summary>
readonly record struct Side<T>(T Value, TraceStep? Cause);

/// <summary>The results of a join's branches. Structs, so that a join of two pays for no list.</summary>
interface IJoinSides
{
    int Count { get; }

    TraceStep? CauseOf(int side);

    /// <summary>Separates a copy from the original, so that what is kept there later does not change it.</summary>
    void Separate();
}

/// <summary>Keeps the result of one branch.</summary>
delegate void KeepSide<TSides, TSide>(ref TSides sides, Side<TSide> side);

/// <summary>Joins a value and its branches' results.</summary>
delegate TOut JoinSides<TIn, TSides, TOut>(TIn input, in TSides sides);

struct TwoSides<T1, T2> : IJoinSides
{
    public Side<T1> First;
    public Side<T2> Second;

    public readonly int Count => 2;

    public readonly TraceStep? CauseOf(int side) => side == 0 ? First.Cause : Second.Cause;

    public readonly void Separate()
    {
    }
}

struct ThreeSides<T1, T2, T3> : IJoinSides
{
    public Side<T1> First;
    public Side<T2> Second;
    public Side<T3> Third;

    public readonly int Count => 3;

    public readonly TraceStep? CauseOf(int side) => side switch { 0 => First.Cause, 1 => Second.Cause, _ => Third.Cause };

    public readonly void Separate()
    {
    }
}

struct FourSides<T1, T2, T3, T4> : IJoinSides
{
    public Side<T1> First;
    public Side<T2> Second;
    public Side<T3> Third;
    public Side<T4> Fourth;

    public readonly int Count => 4;

    public readonly TraceStep? CauseOf(int side) => side switch { 0 => First.Cause, 1 => Second.Cause, 2 => Third.Cause, _ => Fourth.Cause };

    public readonly void Separate()
    {
    }
}

/// <summary>Any number of results of one type.</summary>
struct ManySides<T>(int count) : IJoinSides
{
    public Side<T>[] All { get; private set; } = new Side<T>[count];

    public readonly int Count => All.Length;

    public readonly TraceStep? CauseOf(int side) => All[side].Cause;

    public void Separate() => All = [.. All];
}

static class JoinSides
{
    /// <summary>Which branch ended last; of several, the last of them.</summary>
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

    /// <summary>What the branches carry: what a later one added comes on top of an earlier one's.</summary>
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

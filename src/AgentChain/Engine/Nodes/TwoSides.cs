using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Nodes;

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

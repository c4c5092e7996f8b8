using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Nodes;

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

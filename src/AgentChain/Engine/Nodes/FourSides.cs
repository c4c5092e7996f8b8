using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Nodes;

struct FourSides<T1, T2, T3, T4> : IJoinSides
{
    public Side<T1> First;
    public Side<T2> Second;
    public Side<T3> Third;
    public Side<T4> Fourth;

    public readonly int Count => 4;

    public readonly TraceStep? CauseOf(int side) =>
        side switch { 0 => First.Cause, 1 => Second.Cause, 2 => Third.Cause, _ => Fourth.Cause };

    public readonly void Separate()
    {
    }
}

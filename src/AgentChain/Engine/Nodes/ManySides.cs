using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Nodes;

/// <summary>Any number of results of the same type.</summary>
struct ManySides<T>(int count) : IJoinSides
{
    public Side<T>[] All { get; private set; } = new Side<T>[count];

    public readonly int Count => All.Length;

    public readonly TraceStep? CauseOf(int side) => All[side].Cause;

    public void Separate() => All = [.. All];
}

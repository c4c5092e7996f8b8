namespace AgentChain.Engine.Links;

/// <summary>A join or loop that encloses a value, linked to the next outer one.</summary>
abstract class Frame(Frame? outer)
{
    public Frame? Outer { get; } = outer;
}

namespace AgentChain.Engine.Links;

/// <summary>One join or loop that a value is inside of; the innermost first.</summary>
abstract class Frame(Frame? outer)
{
    public Frame? Outer { get; } = outer;
}

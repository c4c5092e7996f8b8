namespace AgentChain.Diagnostics;

/// <summary>A step of a chain as drawn in a diagram, independent of its implementation.</summary>
sealed record DiagramNode(string Name, DiagramShape Shape)
{
    /// <summary>The lines below the name.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Whether the step runs in place between its neighbors.</summary>
    public bool InPlace { get; init; }

    /// <summary>The label of the arrow to the step: the bound of its queue.</summary>
    public string? Queue { get; init; }

    /// <summary>Whether the step produces a stream, or <see langword="null"/> if it produces a stream only from a stream.</summary>
    public bool? MakesStream { get; init; }

    public IReadOnlyList<DiagramBranch> Branches { get; init; } = [];
}

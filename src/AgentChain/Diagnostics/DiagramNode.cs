namespace AgentChain.Diagnostics;

/// <summary>A step of a chain as a picture draws it, whatever it is made of.</summary>
sealed record DiagramNode(string Name, DiagramShape Shape)
{
    /// <summary>What stands under its name, line by line.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Whether it runs in place between its neighbours.</summary>
    public bool InPlace { get; init; }

    /// <summary>What stands at the arrow to it: the bound of its queue.</summary>
    public string? Queue { get; init; }

    /// <summary>Whether it makes a stream; <see langword="null"/> when that is as before it.</summary>
    public bool? MakesStream { get; init; }

    public IReadOnlyList<DiagramBranch> Branches { get; init; } = [];
}

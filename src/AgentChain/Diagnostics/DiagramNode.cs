namespace AgentChain.Diagnostics;

/// <summary>What a step looks like in a picture.</summary>
enum DiagramShape
{
    /// <summary>A block.</summary>
    Step,

    /// <summary>Sends the value down one of its branches.</summary>
    Choice,

    /// <summary>Waits for all of its branches, which run side by side.</summary>
    Join,

    /// <summary>Runs its one branch again and again.</summary>
    Loop,

    /// <summary>A chain within the chain.</summary>
    Group,
}

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

/// <summary>A branch of a step: a route, a side of a join, a loop's body, a chain within.</summary>
sealed record DiagramBranch(string Label, IReadOnlyList<DiagramNode> Nodes);

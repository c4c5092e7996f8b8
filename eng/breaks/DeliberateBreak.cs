namespace AgentChain.Breaks;

/// <summary>How a break is put into the source.</summary>
enum BreakKind
{
    /// <summary>An expression takes the place of another; which one counts is decided when the tests run.</summary>
    Expression,

    /// <summary>Statements take the place of others; which ones count is decided when the tests run.</summary>
    Statements,

    /// <summary>Text that has the switch in it, as <c>$broken</c>, takes the place of other text.</summary>
    Inline,

    /// <summary>Text takes the place of other text, in a build of its own.</summary>
    Patch,
}

/// <summary>One deliberate fault: the text that it replaces, and the mechanism that it breaks.</summary>
/// <param name="Id">The name, unique in all lists.</param>
/// <param name="Folder">The list that it is in, which is named after a folder of the source.</param>
/// <param name="File">The source file, relative to <c>src/AgentChain</c>.</param>
/// <param name="Why">The mechanism, in words.</param>
/// <param name="Was">The text that it replaces; white space counts as one blank, whatever it is.</param>
/// <param name="Broken">What takes its place.</param>
sealed record DeliberateBreak(string Id, string Folder, string File, string Why, string Was, string Broken)
{
    /// <summary>The number of a break that is there whichever is chosen.</summary>
    public const int Always = -1;

    public BreakKind Kind { get; init; } = BreakKind.Expression;

    /// <summary>A text that occurs once, after which the replaced text is looked for; null where that occurs once itself.</summary>
    public string? After { get; init; }

    /// <summary>The test class that is expected to notice; it runs first.</summary>
    public string? Test { get; init; }

    /// <summary>Why the break changes nothing that can be observed; null where it does.</summary>
    public string? Equivalent { get; init; }

    /// <summary>The number by which a test process chooses it.</summary>
    public int Number { get; init; }
}

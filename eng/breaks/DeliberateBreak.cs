namespace AgentChain.Breaks;

/// <summary>Specifies how a break is inserted into the source.</summary>
enum BreakKind
{
    /// <summary>An expression replaces another; the choice between them is made when the tests run.</summary>
    Expression,

    /// <summary>Statements replace others; the choice between them is made when the tests run.</summary>
    Statements,

    /// <summary>Text that contains the switch, as <c>$broken</c>, replaces other text.</summary>
    Inline,

    /// <summary>Text replaces other text, in a separate build.</summary>
    Patch,
}

/// <summary>One deliberate fault: the text that it replaces, and the mechanism that it breaks.</summary>
/// <param name="Id">The name, unique in all lists.</param>
/// <param name="Folder">The name of its list, which is that of a source folder.</param>
/// <param name="File">The source file, relative to the source of its area.</param>
/// <param name="Why">The mechanism, in words.</param>
/// <param name="Was">The text that it replaces; any white space counts as one blank.</param>
/// <param name="Broken">The replacement.</param>
sealed record DeliberateBreak(string Id, string Folder, string File, string Why, string Was, string Broken)
{
    /// <summary>The number of a break that is always active.</summary>
    public const int Always = -1;

    /// <summary>The package that it is put into.</summary>
    public BreakArea Area => BreakArea.OfList(Folder);

    /// <summary>The source file, relative to the root.</summary>
    public string Path => Area.Source + File;

    public BreakKind Kind { get; init; } = BreakKind.Expression;

    /// <summary>A unique text after which the replaced text is searched; null if the replaced text itself is unique.</summary>
    public string? After { get; init; }

    /// <summary>The test class that is expected to detect the break; it runs first.</summary>
    public string? Test { get; init; }

    /// <summary>The reason why the break changes nothing observable; null if it does.</summary>
    public string? Equivalent { get; init; }

    /// <summary>The number with which a test process selects the break.</summary>
    public int Number { get; init; }
}

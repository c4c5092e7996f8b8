namespace AgentChain.Blocks.Redaction;

/// <summary>How two groups of digits are connected.</summary>
enum NumberLink
{
    /// <summary>They are not parts of one number.</summary>
    None,

    /// <summary>Words that people say while they read a number out, such as "and then".</summary>
    Filler,

    /// <summary>A comma, a line break, or several separators.</summary>
    Loose,

    /// <summary>A space, a hyphen, a period, a slash or parentheses.</summary>
    Tight,
}

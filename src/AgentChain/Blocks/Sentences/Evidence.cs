namespace AgentChain.Blocks.Sentences;

/// <summary>Specifies what must follow a terminator so that a sentence ends there. A line break always suffices.</summary>
enum Evidence
{
    /// <summary>Only a line break.</summary>
    LineBreak,

    /// <summary>Any text.</summary>
    Anything,

    /// <summary>Anything but a lowercase word.</summary>
    NoLowercase,

    /// <summary>A capital letter.</summary>
    Capital,

    /// <summary>A capital letter other than the pronoun "I", which is always capitalized.</summary>
    CapitalButI,

    /// <summary>A word that begins sentences, capitalized.</summary>
    CapitalizedStarter,

    /// <summary>A word that begins sentences.</summary>
    Starter,
}

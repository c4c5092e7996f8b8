namespace AgentChain.Blocks.Redaction;

/// <summary>Specifies what a token of a text is.</summary>
enum TokenKind
{
    /// <summary>Letters with their marks, and apostrophes between them.</summary>
    Word,

    /// <summary>Decimal digits of any script, or at least four digits in words.</summary>
    Number,

    /// <summary>A placeholder such as <c>[name_1]</c>, which is left alone.</summary>
    Placeholder,
}

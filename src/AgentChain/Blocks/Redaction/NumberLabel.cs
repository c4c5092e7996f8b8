namespace AgentChain.Blocks.Redaction;

/// <summary>What the words before a number say that it is.</summary>
enum NumberLabel
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A payment card, or its last four digits.</summary>
    Card,

    /// <summary>The last digits of something.</summary>
    LastDigits,

    /// <summary>The first digits of a card.</summary>
    FirstDigits,

    /// <summary>The security code of a card.</summary>
    SecurityCode,

    /// <summary>A telephone.</summary>
    Phone,

    /// <summary>An account, or another number that identifies a person.</summary>
    Account,

    /// <summary>A social security number.</summary>
    Ssn,
}

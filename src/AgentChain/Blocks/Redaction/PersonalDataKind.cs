namespace AgentChain.Blocks.Redaction;

/// <summary>Specifies a kind of personal data. Placeholders contain the kind's name in lowercase: <c>[name_1]</c>.</summary>
/// <remarks>There is no unspecified member: what has no kind is not replaced.</remarks>
public enum PersonalDataKind
{
    /// <summary>A person's name.</summary>
    Name,

    /// <summary>An account or customer number.</summary>
    Account,

    /// <summary>A payment card number, or its last four digits.</summary>
    Card,

    /// <summary>A telephone number.</summary>
    Phone,

    /// <summary>An e-mail address.</summary>
    Email,

    /// <summary>A United States social security number.</summary>
    Ssn,

    /// <summary>An international bank account number.</summary>
    Iban,
}

namespace AgentChain.Blocks.Redaction;

/// <summary>A kind of personal data. The word in its placeholders is the kind's name in lower case: <c>[name_1]</c>.</summary>
public enum PersonalDataKind
{
    /// <summary>A person's name.</summary>
    Name,

    /// <summary>An account or customer number.</summary>
    Account,

    /// <summary>A payment card's number, or its last four digits.</summary>
    Card,

    /// <summary>A telephone number.</summary>
    Phone,

    /// <summary>An e-mail address.</summary>
    Email,
}

namespace AgentChain.Blocks.Redaction;

/// <summary>Specifies how much the words before it say that a name follows.</summary>
enum NameEvidence
{
    /// <summary>A name or anything else can follow, as after "this is".</summary>
    Possible,

    /// <summary>A name follows if it is no ordinary word, as after "Dr.".</summary>
    Title,

    /// <summary>A name follows, as after "my name is".</summary>
    Certain,
}

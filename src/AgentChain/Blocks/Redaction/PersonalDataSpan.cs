namespace AgentChain.Blocks.Redaction;

/// <summary>Represents the position of personal data in a text.</summary>
/// <param name="Kind">The kind of personal data.</param>
/// <param name="Start">The index of its first character in the text, from 0.</param>
/// <param name="Length">The number of its characters (UTF-16 code units); greater than 0.</param>
public readonly record struct PersonalDataSpan(PersonalDataKind Kind, int Start, int Length);

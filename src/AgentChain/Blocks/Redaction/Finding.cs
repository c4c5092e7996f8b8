using System.Diagnostics;

namespace AgentChain.Blocks.Redaction;

/// <summary>The position of personal data in a text. It does not hold the text itself, so that it can be displayed.</summary>
[DebuggerDisplay("{Kind} at {Start}")]
readonly record struct Finding(PersonalDataKind Kind, int Start, int Length)
{
    public int End => Start + Length;

    public string Of(string text) => text.Substring(Start, Length);
}

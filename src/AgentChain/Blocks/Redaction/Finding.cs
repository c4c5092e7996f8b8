using System.Diagnostics;
using System.Text.RegularExpressions;

namespace AgentChain.Blocks.Redaction;

/// <summary>A place in a text that holds personal data; without the text, so that it can be shown.</summary>
[DebuggerDisplay("{Kind} at {Start}")]
readonly record struct Finding(PersonalDataKind Kind, int Start, int Length)
{
    public int End => Start + Length;

    public string Of(string text) => text.Substring(Start, Length);
}

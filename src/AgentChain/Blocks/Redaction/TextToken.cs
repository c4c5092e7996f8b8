using System.Diagnostics;

namespace AgentChain.Blocks.Redaction;

/// <summary>A word, a number or a placeholder in a text.</summary>
/// <param name="Kind">What the token is.</param>
/// <param name="Start">The index of its first character.</param>
/// <param name="End">The index behind its last character.</param>
/// <param name="Count">The number of digits of a number.</param>
/// <param name="IsAmount">Whether the number is an amount of money or a percentage.</param>
/// <param name="Said">The digits of a number that is written in words.</param>
[DebuggerDisplay("{Kind} at {Start}")]
readonly record struct TextToken(TokenKind Kind, int Start, int End, int Count = 0, bool IsAmount = false, string? Said = null)
{
    public int Length => End - Start;

    public bool IsWord => Kind == TokenKind.Word;

    public bool IsNumber => Kind == TokenKind.Number;
}

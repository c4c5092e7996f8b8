namespace AgentChain.Onnx.Tokenization;

/// <summary>Represents a part of a text on its way to the model.</summary>
/// <param name="Text">The text that contains the piece.</param>
/// <param name="Start">The index of the first character.</param>
/// <param name="End">The index after the last character.</param>
/// <param name="First">Whether the piece begins the whole input.</param>
readonly record struct TextPiece(string Text, int Start, int End, bool First)
{
    /// <summary>Creates a piece from a whole text.</summary>
    public TextPiece(string text, bool first)
        : this(text, 0, text.Length, first)
    {
    }

    public ReadOnlySpan<char> Span => Text.AsSpan(Start, End - Start);

    /// <summary>Returns a part of the piece.</summary>
    /// <param name="start">The index of the first character, relative to this piece.</param>
    /// <param name="end">The index after the last character, relative to this piece.</param>
    public TextPiece Slice(int start, int end) => new(Text, Start + start, Start + end, First && start == 0);
}

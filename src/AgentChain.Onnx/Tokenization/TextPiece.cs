namespace AgentChain.Onnx.Tokenization;

/// <summary>A stretch of a text on its way to the model.</summary>
/// <param name="Text">The text it is part of.</param>
/// <param name="Start">Its first character.</param>
/// <param name="End">The character after its last.</param>
/// <param name="First">Whether nothing precedes it in the whole input.</param>
readonly record struct TextPiece(string Text, int Start, int End, bool First)
{
    /// <summary>The whole of a text.</summary>
    public TextPiece(string text, bool first)
        : this(text, 0, text.Length, first)
    {
    }

    public ReadOnlySpan<char> Span => Text.AsSpan(Start, End - Start);

    /// <summary>A part of it.</summary>
    /// <param name="start">The first character, counted from the beginning of this piece.</param>
    /// <param name="end">The character after the last, counted likewise.</param>
    public TextPiece Slice(int start, int end) => new(Text, Start + start, Start + end, First && start == 0);
}

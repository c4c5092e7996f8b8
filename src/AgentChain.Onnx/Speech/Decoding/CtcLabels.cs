namespace AgentChain.Onnx.Speech.Decoding;

/// <summary>Represents the labels of a CTC model's outputs. Immutable.</summary>
public sealed class CtcLabels
{
    private readonly string[] _symbols;
    private readonly Dictionary<char, int> _index = [];

    /// <summary>Creates the labels.</summary>
    /// <param name="symbols">One symbol per output, in order: single characters, including a space (" ") that separates words.</param>
    /// <param name="blank">The index of CTC's blank, whose symbol is ignored.</param>
    /// <exception cref="ArgumentException">A symbol is not a single character or occurs twice, or none is a space.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="blank"/> is not an index of <paramref name="symbols"/>.</exception>
    public CtcLabels(IEnumerable<string> symbols, int blank = 0)
    {
        _symbols = [.. symbols];
        if (blank < 0 || blank >= _symbols.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(blank), blank, $"The blank must be the index of one of the {_symbols.Length} labels.");
        }

        Blank = blank;
        for (int i = 0; i < _symbols.Length; i++)
        {
            if (i != blank && (_symbols[i].Length != 1 || !_index.TryAdd(_symbols[i][0], i)))
            {
                throw new ArgumentException($"Label {i} is '{_symbols[i]}'; every label except the blank must be a single, unique character.", nameof(symbols));
            }
        }

        Space = IndexOf(' ');
        if (Space < 0)
        {
            throw new ArgumentException("No label is ' ', which separates words; add one.", nameof(symbols));
        }
    }

    /// <summary>Gets the number of labels, including the blank.</summary>
    public int Count => _symbols.Length;

    /// <summary>Gets the index of CTC's blank.</summary>
    public int Blank { get; }

    /// <summary>Gets the index of the space, the label between words.</summary>
    public int Space { get; }

    /// <summary>Gets the character of a label other than the blank.</summary>
    /// <param name="label">The index of the label.</param>
    public char this[int label] => _symbols[label][0];

    /// <summary>Returns the label of a character, or -1 if there is none.</summary>
    /// <param name="character">The character.</param>
    public int IndexOf(char character) => _index.GetValueOrDefault(character, -1);
}

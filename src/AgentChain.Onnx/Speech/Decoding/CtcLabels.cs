namespace AgentChain.Onnx.Speech.Decoding;

/// <summary>What the outputs of a CTC model stand for. Immutable.</summary>
public sealed class CtcLabels
{
    private readonly string[] _symbols;
    private readonly Dictionary<char, int> _index = [];

    /// <summary>Describes the outputs.</summary>
    /// <param name="symbols">One symbol per output, in order: single characters, a blank among them (" ") between words.</param>
    /// <param name="blank">Index of CTC's blank, whose symbol is not used.</param>
    /// <exception cref="ArgumentException">A symbol is no single character or stands twice, or there is no " " among them.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="blank"/> is no index of <paramref name="symbols"/>.</exception>
    public CtcLabels(IEnumerable<string> symbols, int blank = 0)
    {
        _symbols = [.. symbols];
        if (blank < 0 || blank >= _symbols.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(blank), blank, $"The blank is one of the {_symbols.Length} labels.");
        }

        Blank = blank;
        for (int i = 0; i < _symbols.Length; i++)
        {
            if (i != blank && (_symbols[i].Length != 1 || !_index.TryAdd(_symbols[i][0], i)))
            {
                throw new ArgumentException($"Label {i} is '{_symbols[i]}'; every label but the blank is one character, and no two are the same.", nameof(symbols));
            }
        }

        Space = IndexOf(' ');
        if (Space < 0)
        {
            throw new ArgumentException("There is no label ' ' to end words with.", nameof(symbols));
        }
    }

    /// <summary>Number of labels, the blank included.</summary>
    public int Count => _symbols.Length;

    /// <summary>Index of CTC's blank.</summary>
    public int Blank { get; }

    /// <summary>Index of the label between words.</summary>
    public int Space { get; }

    /// <summary>The character of a label other than the blank.</summary>
    /// <param name="label">The label's index.</param>
    public char this[int label] => _symbols[label][0];

    /// <summary>The label of a character; -1 when there is none.</summary>
    /// <param name="character">The character.</param>
    public int IndexOf(char character) => _index.GetValueOrDefault(character, -1);
}

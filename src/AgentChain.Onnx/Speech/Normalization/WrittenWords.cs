using System.Text;

namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>Collects the words of a written text.</summary>
internal sealed class WrittenWords
{
    private readonly StringBuilder _text = new();
    private int _last; // where the last word starts, with the space before it

    private int _sinceTime = int.MaxValue;

    /// <summary>Whether the word before the last one is a time of day, as in "9:30 to".</summary>
    public bool HasTimeBeforeLast => _sinceTime == 1;

    /// <summary>Adds a word after a space.</summary>
    public void Add(string word) => Add(word, ' ');

    /// <summary>Adds a time of day.</summary>
    public void AddTime(string word)
    {
        Add(word, ' ');
        _sinceTime = 0;
    }

    /// <summary>Adds words as they were spoken, with their hyphens.</summary>
    public void Add(ReadOnlySpan<SpokenWord> words)
    {
        foreach (SpokenWord word in words)
        {
            Add(word.Text, word.IsJoined ? '-' : ' ');
        }
    }

    /// <summary>Removes the last word.</summary>
    public void RemoveLast() => _text.Length = _last;

    public override string ToString() => _text.ToString();

    private void Add(string word, char separator)
    {
        _last = _text.Length;
        if (_text.Length > 0)
        {
            _text.Append(separator);
        }

        _text.Append(word);
        _sinceTime = _sinceTime == int.MaxValue ? _sinceTime : _sinceTime + 1;
    }
}

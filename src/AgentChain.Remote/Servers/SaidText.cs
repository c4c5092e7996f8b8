using System.Text;

namespace AgentChain.Remote;

/// <summary>
/// The text that a turn has handed on. A server that goes on with it is sent it without the white space at its end, which templates of
/// models drop; if the server begins with that white space, it is not handed on twice.
/// </summary>
sealed class SaidText
{
    readonly StringBuilder _text = new();
    string _tail = "";

    /// <summary>The number of pieces, which is that of the tokens, or a little less.</summary>
    public int Pieces { get; private set; }

    public bool IsEmpty => _text.Length == 0;

    /// <summary>Returns the text to go on with.</summary>
    public string ToGoOn()
    {
        string all = _text.ToString();
        string sent = all.TrimEnd();
        _tail = all[sent.Length..];
        return sent;
    }

    /// <summary>Takes a piece of an answer.</summary>
    /// <returns>The part of it that was not handed on yet.</returns>
    public string Add(string piece)
    {
        int same = 0;
        while (same < piece.Length && same < _tail.Length && piece[same] == _tail[same])
        {
            same++;
        }

        // The first piece that differs ends the repetition.
        _tail = same == piece.Length ? _tail[same..] : "";
        Pieces++;
        string rest = piece[same..];
        _text.Append(rest);
        return rest;
    }
}

namespace AgentChain.Extensions.AI;

/// <summary>
/// Cuts the texts of a turn, one after another, to what was heard of them. White space does not count, because a player or a transcript
/// may space it differently; the text ends where it differs from what was heard.
/// </summary>
sealed class HeardText(string? heard)
{
    int _at;
    bool _isOver;

    /// <summary>Returns the part of the next text that was heard; all of it if nothing was reported.</summary>
    public string Take(string text)
    {
        if (heard is null)
        {
            return text;
        }

        int end = 0;
        for (int i = 0; i < text.Length && !_isOver; i++)
        {
            if (char.IsWhiteSpace(text[i]))
            {
                continue;
            }

            while (_at < heard.Length && char.IsWhiteSpace(heard[_at]))
            {
                _at++;
            }

            if (_at < heard.Length && heard[_at] == text[i])
            {
                _at++;
                end = i + 1;
            }
            else
            {
                _isOver = true;
            }
        }

        return _isOver ? text[..end] : text;
    }
}

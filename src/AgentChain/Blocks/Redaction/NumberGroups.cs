using System.Runtime.CompilerServices;

namespace AgentChain.Blocks.Redaction;

/// <summary>Up to sixteen groups of digits that follow each other in a text: their tokens and lengths.</summary>
ref struct NumberGroups
{
    const int Most = 16;

    Indices _tokens;
    Indices _lengths;

    /// <summary>Collects groups from a number token on.</summary>
    /// <param name="text">The text.</param>
    /// <param name="from">The index of the first number token.</param>
    /// <param name="weakest">The weakest connection to accept.</param>
    /// <param name="mostDigits">The number of digits after which to stop.</param>
    public NumberGroups(TokenizedText text, int from, NumberLink weakest, int mostDigits)
    {
        for (int at = from; Count < Most && Digits + text[at].Count <= mostDigits;)
        {
            _tokens[Count] = at;
            _lengths[Count++] = text[at].Count;
            Digits += text[at].Count;
            NumberLink link = NumberLinks.After(text, at, out int next);
            if (link == NumberLink.None || link < weakest)
            {
                break;
            }

            at = next;
        }
    }

    /// <summary>Gets the number of groups.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the number of digits in all groups.</summary>
    public int Digits { get; private set; }

    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    public readonly ReadOnlySpan<int> Lengths => ((ReadOnlySpan<int>)_lengths)[..Count];

    /// <summary>Gets the token of a group.</summary>
    public readonly int Token(int group) => _tokens[group];

    /// <summary>Drops the last group.</summary>
    public void DropLast() => Digits -= _lengths[--Count];

    /// <summary>Keeps the first groups.</summary>
    public void Keep(int count)
    {
        while (Count > count)
        {
            DropLast();
        }
    }

    [InlineArray(Most)]
    struct Indices
    {
        int _first;
    }
}

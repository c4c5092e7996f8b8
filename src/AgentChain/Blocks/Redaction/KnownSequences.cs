using System.Diagnostics;

namespace AgentChain.Blocks.Redaction;

/// <summary>
/// Finds given sequences of words wherever they occur as whole words, in any case. At each word, the longest sequence wins.
/// </summary>
[DebuggerDisplay("known sequences of words")]
sealed class KnownSequences
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    readonly Node _root = new();

    /// <summary>Adds a sequence.</summary>
    public void Add(PersonalDataKind kind, string value)
    {
        var text = new TokenizedText(value);
        Node node = _root;
        for (int at = 0; at < text.Count; at++)
        {
            node = node.Child(Key(at == 0 ? "" : text.Gap(at), text.Spelled(at)));
        }

        node.Kind ??= text.Count > 0 ? kind : null;
    }

    public void Find(TokenizedText text, Findings found)
    {
        if (_root.IsLeaf)
        {
            return;
        }

        for (int from = 0; from < text.Count; from++)
        {
            Node? node = _root;
            int end = 0;
            PersonalDataKind kind = default;
            for (int at = from; at < text.Count && node is { IsLeaf: false } && text[at].Kind != TokenKind.Placeholder; at++)
            {
                ReadOnlySpan<char> gap = at == from ? "" : text.Gap(at);
                if (gap.Length > 3)
                {
                    break;
                }

                // The "'s" behind a name is not part of it, unless it was given with the name.
                if (text[at].IsWord && text.HasGenitive(at) && node.Next(Key(gap, text.Stem(at))) is { Kind: { } stem })
                {
                    (end, kind) = (text[at].Start + text.Stem(at).Length, stem);
                }

                node = node.Next(Key(gap, text.Spelled(at)));
                if (node is { Kind: { } whole })
                {
                    (end, kind) = (text[at].End, whole);
                }
            }

            if (end > 0)
            {
                found.Add(kind, text[from].Start, kind == PersonalDataKind.Name ? WithSurname(text, from, end) : end);
            }
        }
    }

    /// <summary>Returns the end of a capitalized name with the names behind it: the surname can be new.</summary>
    static int WithSurname(TokenizedText text, int from, int end)
    {
        const int most = 6;
        for (int at = from + 1; at < text.Count && at < from + most; at++)
        {
            if (text[at].Start == end + 1 && text.Text[end] == ' ' && text[at].IsWord && char.IsUpper(text.Text[text[from].Start])
                && text[at].Length > 1 && char.IsUpper(text.Spelled(at)[0]) && char.IsLower(text.Spelled(at)[1])
                && !CommonWords.IsOrdinary(text.Stem(at)))
            {
                end = text[at].Start + text.Stem(at).Length;
            }
        }

        return end;
    }

    static string Key(ReadOnlySpan<char> gap, ReadOnlySpan<char> word) =>
        string.Concat(gap.IsWhiteSpace() && !gap.IsEmpty ? " " : gap, word).Replace('’', '\'');

    sealed class Node
    {
        readonly Dictionary<string, Node> _next = new(StringComparer.OrdinalIgnoreCase);

        public PersonalDataKind? Kind { get; set; }

        public bool IsLeaf => _next.Count == 0;

        public Node? Next(string key) => _next.GetValueOrDefault(key);

        public Node Child(string key)
        {
            if (!_next.TryGetValue(key, out Node? child))
            {
                _next[key] = child = new Node();
            }

            return child;
        }
    }
}

namespace AgentChain.Onnx.Language;

/// <summary>
/// Represents one page of a <see cref="PrefixTree"/>: some tokens, after all those of its parents, and their keys and values.
/// </summary>
sealed class PrefixNode(PrefixNode? parent, int[] tokens, byte[] page)
{
    static readonly Comparer<PrefixNode> ByTokens = Comparer<PrefixNode>.Create(
        static (x, y) => x.Tokens.AsSpan().SequenceCompareTo(y.Tokens));

    /// <summary>The pages that follow, in the order of their tokens, so that those that begin alike are neighbors.</summary>
    readonly List<PrefixNode> _children = [];

    public PrefixNode? Parent { get; } = parent;

    public int[] Tokens { get; } = tokens;

    public byte[] Page { get; } = page;

    /// <summary>The position of the first token in the sequence.</summary>
    public int Start { get; } = parent?.End ?? 0;

    /// <summary>The position after the last token in the sequence.</summary>
    public int End => Start + Tokens.Length;

    public IReadOnlyList<PrefixNode> Children => _children;

    /// <summary>The number of leases on this page or on one that follows it.</summary>
    public int Pins { get; set; }

    /// <summary>Whether the page was taken out of the tree and lives only as long as its leases.</summary>
    public bool IsDetached { get; set; }

    /// <summary>The place among the unleased pages, the longest unused first.</summary>
    public LinkedListNode<PrefixNode>? Place { get; set; }

    /// <summary>Finds the child that shares the most leading tokens with a sequence.</summary>
    /// <returns>The child and the number of tokens; <see langword="null"/> and 0 if none shares its first token.</returns>
    public (PrefixNode? Child, int Common) Nearest(ReadOnlySpan<int> tokens)
    {
        int at = IndexOf(tokens);
        (PrefixNode? best, int common) = (null, 0);
        for (int i = Math.Max(at - 1, 0); i <= at && i < _children.Count; i++)
        {
            int shared = tokens.CommonPrefixLength(_children[i].Tokens);
            if (shared > common)
            {
                (best, common) = (_children[i], shared);
            }
        }

        return (best, common);
    }

    public void Add(PrefixNode child)
    {
        int at = _children.BinarySearch(child, ByTokens);
        _children.Insert(at < 0 ? ~at : at, child);
    }

    public void Remove(PrefixNode child) => _children.RemoveAt(_children.BinarySearch(child, ByTokens));

    public void RemoveAll() => _children.Clear();

    /// <summary>Returns the first child whose tokens are not before a sequence's.</summary>
    int IndexOf(ReadOnlySpan<int> tokens)
    {
        (int low, int high) = (0, _children.Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _children[middle].Tokens.AsSpan().SequenceCompareTo(tokens) < 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}

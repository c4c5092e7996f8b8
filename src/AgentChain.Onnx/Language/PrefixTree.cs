namespace AgentChain.Onnx.Language;

/// <summary>
/// Represents the pages of a <see cref="PrefixCache"/> as a radix tree: sequences that begin alike share the pages of their beginning. The
/// longest unused leaf without a lease is evicted first. Not thread-safe.
/// </summary>
/// <remarks>
/// Only the last page of a sequence can be shorter than the others, so only full pages have children. A lease pins all pages of its path;
/// as it ends, they become the last used ones, the parents after their children. So the longest unused page is always a leaf.
/// </remarks>
sealed class PrefixTree(int pageTokens, long capacity, Func<byte[]?> allocate)
{
    readonly LinkedList<PrefixNode> _unleased = new();
    readonly Stack<byte[]> _free = new();
    long _allocated;

    public int PageTokens { get; } = pageTokens;

    public PrefixNode Root { get; } = new(null, [], []) { Pins = 1 };

    /// <summary>The number of pages in the tree, leased after they left it, or taken to be filled.</summary>
    public long Held => _allocated - _free.Count;

    /// <summary>The number of pages that take memory.</summary>
    public long Allocated => _allocated;

    public long Leased { get; private set; }

    public long Evictions { get; private set; }

    /// <summary>Finds the longest beginning of a sequence.</summary>
    /// <returns>The last page and the number of tokens; of the last page, the sequence may share only the first ones.</returns>
    public (PrefixNode Leaf, int Length) Match(ReadOnlySpan<int> tokens)
    {
        PrefixNode at = Root;
        while (at.End < tokens.Length)
        {
            ReadOnlySpan<int> rest = tokens[at.End..];
            (PrefixNode? child, int common) = at.Nearest(rest[..Math.Min(rest.Length, PageTokens)]);
            if (child is null)
            {
                break;
            }

            if (common < PageTokens)
            {
                return (child, at.End + common);
            }

            at = child;
        }

        return (at, at.End);
    }

    /// <summary>Pins a page and those before it.</summary>
    public void Pin(PrefixNode leaf)
    {
        for (PrefixNode? node = leaf; node is not null && node != Root; node = node.Parent)
        {
            PinOne(node);
        }
    }

    /// <summary>Releases a page and those before it.</summary>
    public void Unpin(PrefixNode leaf)
    {
        for (PrefixNode? node = leaf; node is not null && node != Root; node = node.Parent)
        {
            if (--node.Pins > 0)
            {
                continue;
            }

            Leased--;
            if (node.IsDetached)
            {
                _free.Push(node.Page);
            }
            else
            {
                node.Place = _unleased.AddLast(node);
            }
        }
    }

    /// <summary>Takes a page to fill: a free one, a new one, or that of the longest unused leaf.</summary>
    /// <returns>The page, or <see langword="null"/> if all are leased.</returns>
    public byte[]? Take()
    {
        if (_free.TryPop(out byte[]? page))
        {
            return page;
        }

        if (_allocated < capacity && allocate() is { } fresh)
        {
            _allocated++;
            return fresh;
        }

        if (_unleased.First is not { } oldest)
        {
            return null;
        }

        Evictions++;
        Detach(oldest.Value);
        return _free.Pop();
    }

    /// <summary>Gives back a page that was taken and is not needed.</summary>
    public void Give(byte[] page) => _free.Push(page);

    /// <summary>
    /// Adds the page that follows a pinned one, and pins it too. If the tree already has its tokens, that page is pinned and this one given
    /// back. A shorter last page that it continues is removed, unless it is leased.
    /// </summary>
    public PrefixNode Extend(PrefixNode parent, int[] tokens, byte[] page)
    {
        (PrefixNode? known, int common) = parent.Nearest(tokens);
        if (common == tokens.Length)
        {
            Give(page);
            PinOne(known!);
            return known!;
        }

        if (known is { Pins: 0 } && common == known.Tokens.Length)
        {
            Detach(known);
        }

        var node = new PrefixNode(parent, tokens, page) { IsDetached = parent.IsDetached };
        if (!parent.IsDetached)
        {
            parent.Add(node);
        }

        PinOne(node);
        return node;
    }

    /// <summary>Takes a page out, with all that follow it. Leased ones live until they are released.</summary>
    public void Detach(PrefixNode node)
    {
        if (node.IsDetached || node == Root)
        {
            return;
        }

        node.Parent!.Remove(node);
        var rest = new Stack<PrefixNode>([node]);
        while (rest.TryPop(out PrefixNode? next))
        {
            next.IsDetached = true;
            foreach (PrefixNode child in next.Children)
            {
                rest.Push(child);
            }

            next.RemoveAll();
            if (next.Place is not null)
            {
                _unleased.Remove(next.Place);
                next.Place = null;
                _free.Push(next.Page);
            }
        }
    }

    /// <summary>Takes out all pages and lets go of the memory of those that are not leased.</summary>
    public void Clear()
    {
        while (Root.Children is [.., var last])
        {
            Detach(last);
        }

        Trim();
    }

    /// <summary>Lets go of the memory of free pages.</summary>
    public void Trim()
    {
        _allocated -= _free.Count;
        _free.Clear();
    }

    void PinOne(PrefixNode node)
    {
        if (node.Pins++ > 0)
        {
            return;
        }

        Leased++;
        if (node.Place is not null)
        {
            _unleased.Remove(node.Place);
            node.Place = null;
        }
    }
}

using System.Diagnostics.CodeAnalysis;

namespace AgentChain.Blocks.Caching;

/// <summary>A bounded dictionary that evicts the least recently used entry. Not thread-safe.</summary>
sealed class LeastRecentlyUsed<TKey, TValue>(int capacity, IEqualityComparer<TKey>? comparer)
    where TKey : notnull
{
    readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _nodes = new(comparer);
    readonly LinkedList<(TKey Key, TValue Value)> _order = new();

    public int Count => _nodes.Count;

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (!_nodes.TryGetValue(key, out LinkedListNode<(TKey Key, TValue Value)>? node))
        {
            value = default;
            return false;
        }

        _order.Remove(node);
        _order.AddFirst(node);
        value = node.Value.Value;
        return true;
    }

    public void Put(TKey key, TValue value)
    {
        if (_nodes.Remove(key, out LinkedListNode<(TKey Key, TValue Value)>? old))
        {
            _order.Remove(old);
        }
        else if (_nodes.Count == capacity)
        {
            _nodes.Remove(_order.Last!.Value.Key);
            _order.RemoveLast();
        }

        _nodes.Add(key, _order.AddFirst((key, value)));
    }

    public void Clear()
    {
        _nodes.Clear();
        _order.Clear();
    }
}

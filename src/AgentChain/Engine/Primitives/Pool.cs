namespace AgentChain.Engine.Primitives;

/// <summary>A few objects kept for reuse; when there are none, or too many, the collector does its work.</summary>
sealed class Pool<T>
    where T : class
{
    readonly T?[] _kept = new T?[16];

    public T? Rent()
    {
        for (int i = 0; i < _kept.Length; i++)
        {
            if (_kept[i] is not null && Interlocked.Exchange(ref _kept[i], null) is { } item)
            {
                return item;
            }
        }

        return null;
    }

    public void Return(T item)
    {
        for (int i = 0; i < _kept.Length; i++)
        {
            if (_kept[i] is null && Interlocked.CompareExchange(ref _kept[i], item, null) is null)
            {
                return;
            }
        }
    }
}

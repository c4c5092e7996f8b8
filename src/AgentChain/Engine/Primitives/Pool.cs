namespace AgentChain.Engine.Primitives;

/// <summary>Keeps a few objects for reuse; those that do not fit are left to the garbage collector.</summary>
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

namespace AgentChain.Tests.Soak.LongStreams;

/// <summary>Samples the managed heap, fully collected, twenty times on the way of one turn.</summary>
/// <param name="isOn">Whether it does.</param>
/// <param name="total">How many items there are.</param>
sealed class HeapWatch(bool isOn, int total)
{
    readonly long _before = isOn ? GC.GetTotalMemory(forceFullCollection: true) : 0;
    readonly int _every = Math.Max(1, total / 20);
    long _peak;

    /// <summary>Gets the largest growth of all samples, in bytes.</summary>
    public long Peak => Volatile.Read(ref _peak);

    /// <summary>Tells that an item passed. Called by one thread at a time.</summary>
    /// <param name="number">Its number, from 1.</param>
    public void Passed(int number)
    {
        if (isOn && number % _every == 0)
        {
            Sample();
        }
    }

    /// <summary>Samples now.</summary>
    /// <returns>The growth, in bytes.</returns>
    public long Sample()
    {
        long growth = isOn ? GC.GetTotalMemory(forceFullCollection: true) - _before : 0;
        Volatile.Write(ref _peak, Math.Max(_peak, growth));
        return growth;
    }
}

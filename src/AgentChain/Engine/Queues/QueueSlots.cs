namespace AgentChain.Engine.Queues;

/// <summary>
/// Counts the values in a queue: those that have a worker, and those that wait for one. No value waits while a worker is free, and a worker
/// that is done continues with a waiting value, so both counts change together, in one number.
/// </summary>
/// <param name="workers">The maximum number of values in progress.</param>
/// <param name="capacity">The maximum number of values inside.</param>
sealed class QueueSlots(int workers, int capacity)
{
    const long OneWorking = 1;
    const long OneWaiting = 1L << 32;

    long _counts;

    /// <summary>The number of values that have a worker, and of those that wait for one.</summary>
    public (int Working, int Waiting) Counts => Split(Volatile.Read(ref _counts));

    /// <summary>Takes a place, with a worker if one is free.</summary>
    public Entrance TryEnter()
    {
        long counts = Volatile.Read(ref _counts);
        while (true)
        {
            (int working, int waiting) = Split(counts);
            if (working + waiting >= capacity)
            {
                return Entrance.Full;
            }

            bool isFree = working < workers;
            long seen = Interlocked.CompareExchange(ref _counts, counts + (isFree ? OneWorking : OneWaiting), counts);
            if (seen == counts)
            {
                return isFree ? Entrance.Worker : Entrance.Wait;
            }

            counts = seen;
        }
    }

    /// <summary>Releases a place.</summary>
    /// <returns>Whether a value waits, which then has the worker.</returns>
    public bool Leave()
    {
        long counts = Volatile.Read(ref _counts);
        while (true)
        {
            bool passesOn = Split(counts).Waiting > 0;
            long seen = Interlocked.CompareExchange(ref _counts, counts - (passesOn ? OneWaiting : OneWorking), counts);
            if (seen == counts)
            {
                return passesOn;
            }

            counts = seen;
        }
    }

    /// <summary>Releases the places of waiting values.</summary>
    /// <returns>The number of places released; the other values were given a worker in the meantime.</returns>
    public int StopWaiting(int count)
    {
        long counts = Volatile.Read(ref _counts);
        while (true)
        {
            int freed = Math.Min(count, Split(counts).Waiting);
            long seen = Interlocked.CompareExchange(ref _counts, counts - (freed * OneWaiting), counts);
            if (seen == counts)
            {
                return freed;
            }

            counts = seen;
        }
    }

    static (int Working, int Waiting) Split(long counts) => ((int)(counts & uint.MaxValue), (int)(counts >> 32));
}

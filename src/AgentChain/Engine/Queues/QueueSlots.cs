namespace AgentChain.Engine.Queues;

/// <summary>
/// Counts the values in a queue: those that have a worker, and those that wait for one. Nobody waits while a worker is free, and a worker
/// that is done goes on to whoever waits, so both change together, in one number.
/// </summary>
/// <param name="workers">How many values may be worked on at once.</param>
/// <param name="capacity">How many values may be inside.</param>
sealed class QueueSlots(int workers, int capacity)
{
    const long OneWorking = 1;
    const long OneWaiting = 1L << 32;

    long _counts;

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

    /// <summary>Gives a place back.</summary>
    /// <returns>Whether somebody waits, who then has the worker.</returns>
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

    /// <summary>Gives back the places of some who wait.</summary>
    /// <returns>How many that was; the rest have been given a worker in the meantime.</returns>
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

namespace AgentChain.Engine.Speculation;

/// <summary>The time in which a run only waited for its commit. Thread-safe.</summary>
/// <remarks>All waits for the commit end with it, and a run that waits for one piece of work does nothing else, so the first wait counts.</remarks>
struct IdleTime
{
    long _from;
    long _until;

    /// <summary>The time; 0 and 0 if there is none.</summary>
    public readonly (long From, long Until) Span => Volatile.Read(in _until) is var until and not 0 ? (Volatile.Read(in _from), until) : default;

    public void Add(long from, long until)
    {
        if (until > from && Interlocked.CompareExchange(ref _from, from, 0) == 0)
        {
            Volatile.Write(ref _until, until);
        }
    }

    /// <summary>Returns the time between two others, in ticks of the chain's clock, without the idle time.</summary>
    public static long WorkBetween((long From, long Until) idle, long from, long until) =>
        Math.Max(0, until - from) - Math.Max(0, Math.Min(idle.Until, until) - Math.Max(idle.From, from));
}

namespace AgentChain.Forecasts;

/// <summary>
/// Counts what was given up in a row. Predictions are corrected by runs only, so a prediction that gives everything up would stay wrong for
/// ever; now and then one goes on, and only while nothing else is inside that it could delay. Thread-safe.
/// </summary>
struct Probing
{
    /// <summary>The number in a row after which the next one goes on.</summary>
    const int Every = 8;

    int _inARow;

    /// <summary>Records that something went on by its prediction.</summary>
    public void GoesOn()
    {
        if (Volatile.Read(ref _inARow) != 0)
        {
            Volatile.Write(ref _inARow, 0);
        }
    }

    /// <summary>Counts one that is predicted to be late; true if it goes on nevertheless.</summary>
    /// <param name="isIdle">Whether it would delay nothing.</param>
    public bool MayTry(bool isIdle)
    {
        if (Interlocked.Increment(ref _inARow) <= Every || !isIdle)
        {
            return false;
        }

        Volatile.Write(ref _inARow, 0);
        return true;
    }
}

namespace AgentChain.Forecasts;

/// <summary>
/// Counts what was given up in a row. Predictions are corrected by runs only, so a prediction that gives everything up would stay wrong for
/// ever; now and then one goes on: while nothing else is inside that it could delay, every ninth; otherwise every 256th, because what is
/// inside may stay for long. Thread-safe.
/// </summary>
struct Probing
{
    /// <summary>The number in a row after which the next one goes on.</summary>
    const int Every = 8;

    /// <summary>The number in a row after which the next one goes on although it may delay others.</summary>
    const int EveryBusy = 255;

    int _inARow;
    int _tries;

    /// <summary>Records that something went on by its prediction.</summary>
    public void GoesOn()
    {
        if (Volatile.Read(ref _inARow) != 0)
        {
            Volatile.Write(ref _inARow, 0);
        }
    }

    /// <summary>Counts one that is predicted to be late. If it goes on nevertheless, tells so to its turn: every other time with fallbacks.</summary>
    /// <param name="turn">Its turn.</param>
    /// <param name="isIdle">Whether it would delay nothing.</param>
    /// <returns>Whether it goes on.</returns>
    public bool MayTry(TurnForecast turn, bool isIdle)
    {
        if (Interlocked.Increment(ref _inARow) <= (isIdle ? Every : EveryBusy))
        {
            return false;
        }

        Volatile.Write(ref _inARow, 0);
        turn.TriesInstead = (Interlocked.Increment(ref _tries) & 1) == 0;
        turn.IsProbe = true;
        return true;
    }
}

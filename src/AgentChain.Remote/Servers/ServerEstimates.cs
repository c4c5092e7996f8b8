namespace AgentChain.Remote;

/// <summary>
/// What a server's answers tell about it: how long it takes, and how much of a prompt it finds in its cache. Newer answers count more, and
/// an old estimate of the time fades, so that a server that was slow once is asked again. Thread-safe.
/// </summary>
sealed class ServerEstimates(TimeProvider time)
{
    const double Weight = 0.2;
    static readonly TimeSpan HalfLife = TimeSpan.FromSeconds(30);

    readonly Lock _lock = new();
    double _firstText;
    double? _cached;
    long _at;
    long _answers;
    long _promptTokens;
    long _cachedTokens;

    public long Answers
    {
        get
        {
            lock (_lock)
            {
                return _answers;
            }
        }
    }

    public (long Prompt, long Cached) Tokens
    {
        get
        {
            lock (_lock)
            {
                return (_promptTokens, _cachedTokens);
            }
        }
    }

    /// <summary>The share of a prompt that the server finds in its cache; null if it has not told yet.</summary>
    public double? CachedShare
    {
        get
        {
            lock (_lock)
            {
                return _cached;
            }
        }
    }

    /// <summary>The time to the first text; zero if nothing is known, or nothing anymore.</summary>
    public TimeSpan FirstText
    {
        get
        {
            lock (_lock)
            {
                return _firstText == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(_firstText * Faded());
            }
        }
    }

    public void Saw(TimeSpan firstText)
    {
        lock (_lock)
        {
            Learn(firstText.TotalSeconds);
            _answers++;
        }
    }

    /// <summary>
    /// A request was given up before its first text. The server would have taken longer than that: without this, one that is too slow for
    /// its turns would never be known to be slow.
    /// </summary>
    public void SawNone(TimeSpan waited)
    {
        lock (_lock)
        {
            if (waited.TotalSeconds > _firstText * Faded())
            {
                Learn(waited.TotalSeconds);
            }
        }
    }

    /// <summary>A request was answered, with what its prompt took.</summary>
    /// <param name="promptTokens">The tokens of the prompt.</param>
    /// <param name="cachedTokens">Those that were in the cache; null if the server did not tell.</param>
    public void Used(long promptTokens, long? cachedTokens)
    {
        if (promptTokens <= 0)
        {
            return;
        }

        lock (_lock)
        {
            _promptTokens += promptTokens;
            if (cachedTokens is not { } cached)
            {
                return;
            }

            double share = Math.Clamp((double)cached / promptTokens, 0, 1);
            _cached = _cached is { } old ? (old * (1 - Weight)) + (share * Weight) : share;
            _cachedTokens += Math.Clamp(cached, 0, promptTokens);
        }
    }

    /// <summary>Called under the lock.</summary>
    void Learn(double firstText)
    {
        // A faded estimate also gives way faster.
        double old = _firstText == 0 ? 0 : (1 - Weight) * Faded();
        _firstText = (_firstText * old) + (Math.Max(firstText, 1e-6) * (1 - old));
        _at = time.GetTimestamp();
    }

    double Faded() => Math.Pow(0.5, time.GetElapsedTime(_at) / HalfLife);
}

namespace AgentChain.Onnx.Language;

/// <summary>Represents the ledger of a <see cref="PrefixCache"/> at one moment. Contains no text.</summary>
public readonly record struct PrefixCacheStatistics
{
    /// <summary>Gets the number of pages in memory.</summary>
    public long PagesHeld { get; init; }

    /// <summary>Gets the number of bytes in memory, at most <see cref="PrefixCache.BudgetBytes"/>.</summary>
    public long BytesHeld { get; init; }

    /// <summary>Gets the number of pages that cannot be evicted now, because at least one lease needs them.</summary>
    public long PagesLeased { get; init; }

    /// <summary>Gets the number of bytes that cannot be evicted now.</summary>
    public long BytesLeased { get; init; }

    /// <summary>Gets the number of leases that have not been disposed.</summary>
    public long Leases { get; init; }

    /// <summary>Gets the number of look-ups that found at least one token.</summary>
    public long Hits { get; init; }

    /// <summary>Gets the number of look-ups that found nothing.</summary>
    public long Misses { get; init; }

    /// <summary>Gets the number of tokens that look-ups found.</summary>
    public long HitTokens { get; init; }

    /// <summary>Gets the number of tokens that look-ups asked for and did not find.</summary>
    public long MissedTokens { get; init; }

    /// <summary>Gets the number of pages that were given up for others.</summary>
    public long Evictions { get; init; }

    /// <summary>Gets the number of pages that were not kept, because leased ones filled the budget or memory ran out.</summary>
    public long Declined { get; init; }
}

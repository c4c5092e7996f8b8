namespace AgentChain.Blocks.Caching;

/// <summary>How much a <see cref="CachingBlock{TIn,TKey,TOut}"/> keeps, and how long. Read once, when it is made.</summary>
public sealed class CachingBlockOptions
{
    /// <summary>Gets or sets the most results it keeps; the one that was used longest ago goes first.</summary>
    /// <value>256 by default; at least 1.</value>
    public int Capacity { get; set; } = 256;

    /// <summary>Gets or sets how long after it was made a result is good, by the chain's clock.</summary>
    /// <value><see langword="null"/> by default: for ever. More than zero.</value>
    public TimeSpan? Lifetime { get; set; }
}

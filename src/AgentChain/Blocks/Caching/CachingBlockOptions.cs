namespace AgentChain.Blocks.Caching;

/// <summary>Provides the options of a <see cref="CachingBlock{TIn,TKey,TOut}"/>. They are read once, when the block is created.</summary>
public sealed class CachingBlockOptions
{
    /// <summary>Gets or sets the maximum number of cached results. The least recently used result is evicted first.</summary>
    /// <value>At least 1. The default is 256.</value>
    public int Capacity { get; set; } = 256;

    /// <summary>Gets or sets the time after which a result expires, measured with the chain's clock.</summary>
    /// <value>Greater than zero. The default is <see langword="null"/>: results never expire.</value>
    public TimeSpan? Lifetime { get; set; }
}

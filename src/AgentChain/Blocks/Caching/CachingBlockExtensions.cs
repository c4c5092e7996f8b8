using System.Diagnostics;

namespace AgentChain.Blocks.Caching;

/// <summary>Puts caches around blocks.</summary>
public static class CachingBlockExtensions
{
    /// <summary>Keeps a block's results, found again by an equal input.</summary>
    /// <typeparam name="TIn">What the block takes; compared as a whole.</typeparam>
    /// <typeparam name="TOut">What the block makes.</typeparam>
    /// <param name="block">The block.</param>
    /// <param name="options">How much is kept, and how long.</param>
    /// <returns>The block with a cache around it.</returns>
    public static CachingBlock<TIn, TIn, TOut> Cached<TIn, TOut>(this IBlock<TIn, TOut> block, CachingBlockOptions? options = null)
        where TIn : notnull => new(block, static input => input, options);

    /// <summary>Keeps a block's results, found again by an equal key.</summary>
    /// <typeparam name="TIn">What the block takes.</typeparam>
    /// <typeparam name="TKey">What is equal for inputs that have one result.</typeparam>
    /// <typeparam name="TOut">What the block makes.</typeparam>
    /// <param name="block">The block.</param>
    /// <param name="key">Gives an input's key.</param>
    /// <param name="options">How much is kept, and how long.</param>
    /// <returns>The block with a cache around it.</returns>
    public static CachingBlock<TIn, TKey, TOut> Cached<TIn, TKey, TOut>(
        this IBlock<TIn, TOut> block, Func<TIn, TKey> key, CachingBlockOptions? options = null)
        where TKey : notnull => new(block, key, options);
}

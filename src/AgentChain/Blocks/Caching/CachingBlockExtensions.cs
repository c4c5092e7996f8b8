using System.Diagnostics;

namespace AgentChain.Blocks.Caching;

/// <summary>Provides extension methods that add caches to blocks.</summary>
public static class CachingBlockExtensions
{
    /// <summary>Caches a block's results, with the whole input as the key.</summary>
    /// <typeparam name="TIn">The type of the block's input, which is also the type of the key.</typeparam>
    /// <typeparam name="TOut">The type of the block's output.</typeparam>
    /// <param name="block">The block.</param>
    /// <param name="options">The capacity and lifetime of the cache, or <see langword="null"/> for the defaults.</param>
    /// <returns>A block that caches the results of <paramref name="block"/>.</returns>
    public static CachingBlock<TIn, TIn, TOut> Cached<TIn, TOut>(this IBlock<TIn, TOut> block, CachingBlockOptions? options = null)
        where TIn : notnull => new(block, static input => input, options);

    /// <summary>Caches a block's results by key.</summary>
    /// <typeparam name="TIn">The type of the block's input.</typeparam>
    /// <typeparam name="TKey">The type of the cache key.</typeparam>
    /// <typeparam name="TOut">The type of the block's output.</typeparam>
    /// <param name="block">The block.</param>
    /// <param name="key">Selects the cache key of an input. Inputs with equal keys share one result.</param>
    /// <param name="options">The capacity and lifetime of the cache, or <see langword="null"/> for the defaults.</param>
    /// <returns>A block that caches the results of <paramref name="block"/>.</returns>
    public static CachingBlock<TIn, TKey, TOut> Cached<TIn, TKey, TOut>(
        this IBlock<TIn, TOut> block, Func<TIn, TKey> key, CachingBlockOptions? options = null)
        where TKey : notnull => new(block, key, options);
}

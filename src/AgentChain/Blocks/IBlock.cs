namespace AgentChain.Blocks;

/// <summary>One step of a chain: takes a value and makes one value.</summary>
/// <typeparam name="TIn">What it takes.</typeparam>
/// <typeparam name="TOut">What it makes.</typeparam>
/// <remarks>
/// One instance serves many turns at once unless its options limit the concurrency, so it holds no state between turns.
/// It must obey the token promptly: it fires when the turn ends early or the block's own budget runs out. A block that
/// does not is detached: its turn ends on time without it, what it returns later is dropped, and the detachment is
/// counted. What it throws ends the turn as Failed and reaches the host as the inner exception.
/// </remarks>
public interface IBlock<in TIn, TOut>
{
    /// <summary>Does the step's work for one turn.</summary>
    /// <param name="input">The value from the block before.</param>
    /// <param name="context">The turn: time left, device, values carried along.</param>
    /// <param name="cancellationToken">Fires when the turn is over or the block's budget ran out.</param>
    /// <returns>The value for the block behind.</returns>
    ValueTask<TOut> InvokeAsync(TIn input, BlockContext context, CancellationToken cancellationToken);
}

/// <summary>
/// A step that is synchronous and cheap (microseconds): it runs in place, fused with its neighbours, without a queue
/// or a thread hop.
/// </summary>
/// <typeparam name="TIn">What it takes.</typeparam>
/// <typeparam name="TOut">What it makes.</typeparam>
/// <remarks>The same contract as <see cref="IBlock{TIn,TOut}"/>, but nothing can stop it while it runs.</remarks>
public interface ISyncBlock<in TIn, out TOut>
{
    /// <summary>Does the step's work for one turn.</summary>
    /// <param name="input">The value from the block before.</param>
    /// <param name="context">The turn.</param>
    /// <returns>The value for the block behind.</returns>
    TOut Invoke(TIn input, BlockContext context);
}

/// <summary>A step that takes a value and makes a stream, whose items flow on while it still runs.</summary>
/// <typeparam name="TIn">What it takes.</typeparam>
/// <typeparam name="TOut">The items it makes.</typeparam>
/// <remarks>
/// <para>
/// The same contract as <see cref="IBlock{TIn,TOut}"/>. The next item is asked for when the queue downstream has room. The enumerator is disposed once,
/// also when the turn ends before its items do.
/// </para>
/// <para>
/// What it throws follows the items that it produced before: the blocks downstream process these, the host reads them, and then the turn
/// ends as Failed. Returning <see langword="null"/> in place of the items fails the turn, too.
/// </para>
/// </remarks>
public interface IStreamBlock<in TIn, out TOut>
{
    /// <summary>Does the step's work for one turn.</summary>
    /// <param name="input">The value from the block before.</param>
    /// <param name="context">The turn.</param>
    /// <param name="cancellationToken">Fires when the turn is over or the block's budget ran out.</param>
    /// <returns>The items, in order.</returns>
    IAsyncEnumerable<TOut> InvokeAsync(TIn input, BlockContext context, CancellationToken cancellationToken);
}

/// <summary>
/// A step that publishes hypotheses before it is certain, such as a recognizer's growing transcript. The last value is
/// the final one; blocks behind it wait for that.
/// </summary>
/// <typeparam name="TIn">What it takes.</typeparam>
/// <typeparam name="TOut">What it makes.</typeparam>
public interface IRevisingBlock<in TIn, TOut>
{
    /// <summary>Does the step's work for one turn.</summary>
    /// <param name="input">The value from the block before.</param>
    /// <param name="context">The turn.</param>
    /// <param name="cancellationToken">Fires when the turn is over or the block's budget ran out.</param>
    /// <returns>Hypotheses, then exactly one final value, which ends the series.</returns>
    IAsyncEnumerable<Hypothesis<TOut>> InvokeAsync(TIn input, BlockContext context, CancellationToken cancellationToken);
}

/// <summary>Regroups a stream: tokens to sentences, samples to frames.</summary>
/// <typeparam name="TIn">The items it takes.</typeparam>
/// <typeparam name="TOut">The items it makes.</typeparam>
public interface IRegroupBlock<in TIn, TOut>
{
    /// <summary>Begins one turn's stream.</summary>
    /// <param name="context">The turn.</param>
    /// <returns>The regrouper of that turn alone; never <see langword="null"/>, which fails the turn.</returns>
    IRegrouper<TIn, TOut> Begin(BlockContext context);
}

/// <summary>The state of one turn's regrouping. Called by one thread at a time, in order.</summary>
/// <typeparam name="TIn">The items it takes.</typeparam>
/// <typeparam name="TOut">The items it makes.</typeparam>
public interface IRegrouper<in TIn, TOut>
{
    /// <summary>Takes an item.</summary>
    /// <param name="item">The item.</param>
    /// <param name="ready">Receives what is complete now.</param>
    void Add(TIn item, ICollection<TOut> ready);

    /// <summary>Ends the stream.</summary>
    /// <param name="ready">Receives what is left.</param>
    void Complete(ICollection<TOut> ready);
}

/// <summary>A block that has something to warm up: models to load, caches to fill, first runs to make.</summary>
public interface IWarmUp
{
    /// <summary>Warms up; called once by <c>Chain.WarmUpAsync</c> before the first turn, possibly beside other blocks.</summary>
    /// <param name="context">The device the block will use, if it asks for one.</param>
    /// <param name="cancellationToken">Ends the warm-up.</param>
    /// <returns>A task for the warm-up.</returns>
    ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken);
}

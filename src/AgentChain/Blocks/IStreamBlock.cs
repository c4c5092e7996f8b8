namespace AgentChain.Blocks;

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

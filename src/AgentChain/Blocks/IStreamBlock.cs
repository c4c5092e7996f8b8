namespace AgentChain;

/// <summary>Represents a step that takes a value and produces a stream. Its items flow downstream while it still runs.</summary>
/// <typeparam name="TIn">The type of the input.</typeparam>
/// <typeparam name="TOut">The type of the output items.</typeparam>
/// <remarks>
/// <para>
/// The contract of <see cref="IBlock{TIn,TOut}"/> applies. The next item is requested when the downstream queue has room. The
/// enumerator is disposed exactly once, even if the turn ends before the stream does.
/// </para>
/// <para>
/// An exception follows the items that were produced before it: the downstream blocks process them, the host reads them, and then the
/// turn ends as Failed. Returning <see langword="null"/> instead of a stream also fails the turn.
/// </para>
/// </remarks>
public interface IStreamBlock<in TIn, out TOut>
{
    /// <summary>Runs the step for one turn.</summary>
    /// <param name="input">The value from the upstream block.</param>
    /// <param name="context">The context of the turn.</param>
    /// <param name="cancellationToken">The token that is canceled when the turn ends or the block's budget runs out.</param>
    /// <returns>The items, in order.</returns>
    IAsyncEnumerable<TOut> InvokeAsync(TIn input, BlockContext context, CancellationToken cancellationToken);
}

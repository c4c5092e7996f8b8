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

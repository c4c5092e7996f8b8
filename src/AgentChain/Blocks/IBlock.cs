namespace AgentChain;

/// <summary>Represents a step of a chain that takes one value and returns one value.</summary>
/// <typeparam name="TIn">The type of the input.</typeparam>
/// <typeparam name="TOut">The type of the output.</typeparam>
/// <remarks>
/// One instance serves many turns concurrently unless its options limit the concurrency, so it must not hold state between turns.
/// It must observe the cancellation token promptly. The token is canceled when the turn ends early or the block's own budget runs out.
/// A block that ignores it is detached: its turn ends on time without it, its later result is dropped, and the detachment is
/// counted. An exception ends the turn as Failed and reaches the host as the inner exception.
/// </remarks>
public interface IBlock<in TIn, TOut>
{
    /// <summary>Runs the step for one turn.</summary>
    /// <param name="input">The value from the upstream block.</param>
    /// <param name="context">The context of the turn: time left, device, carried values.</param>
    /// <param name="cancellationToken">The token that is canceled when the turn ends or the block's budget runs out.</param>
    /// <returns>The value for the downstream block.</returns>
    ValueTask<TOut> InvokeAsync(TIn input, BlockContext context, CancellationToken cancellationToken);
}

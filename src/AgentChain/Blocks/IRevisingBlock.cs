namespace AgentChain.Blocks;

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

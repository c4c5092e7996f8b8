namespace AgentChain;

/// <summary>
/// Represents a step that publishes hypotheses before its final value, such as a recognizer's growing transcript. The last value is
/// the final one; downstream blocks wait for it unless they speculate.
/// </summary>
/// <typeparam name="TIn">The type of the input.</typeparam>
/// <typeparam name="TOut">The type of the output.</typeparam>
public interface IRevisingBlock<in TIn, TOut>
{
    /// <summary>Runs the step for one turn.</summary>
    /// <param name="input">The value from the upstream block.</param>
    /// <param name="context">The context of the turn.</param>
    /// <param name="cancellationToken">The token that is canceled when the turn ends or the block's budget runs out.</param>
    /// <returns>A sequence of hypotheses that ends with exactly one final value.</returns>
    IAsyncEnumerable<Hypothesis<TOut>> InvokeAsync(TIn input, BlockContext context, CancellationToken cancellationToken);
}

namespace AgentChain;

/// <summary>
/// Represents a synchronous and cheap (microseconds) step. It runs in place, fused with its neighbors, without a queue
/// or a thread hop.
/// </summary>
/// <typeparam name="TIn">The type of the input.</typeparam>
/// <typeparam name="TOut">The type of the output.</typeparam>
/// <remarks>The contract of <see cref="IBlock{TIn,TOut}"/> applies, except that the step cannot be canceled while it runs.</remarks>
public interface ISyncBlock<in TIn, out TOut>
{
    /// <summary>Runs the step for one turn.</summary>
    /// <param name="input">The value from the upstream block.</param>
    /// <param name="context">The context of the turn.</param>
    /// <returns>The value for the downstream block.</returns>
    TOut Invoke(TIn input, BlockContext context);
}

namespace AgentChain.Blocks;

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

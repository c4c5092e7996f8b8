namespace AgentChain;

/// <summary>Represents a block that regroups a stream, such as tokens into sentences or samples into frames.</summary>
/// <typeparam name="TIn">The type of the input items.</typeparam>
/// <typeparam name="TOut">The type of the output items.</typeparam>
public interface IRegroupBlock<in TIn, TOut>
{
    /// <summary>Begins the stream of one turn.</summary>
    /// <param name="context">The context of the turn.</param>
    /// <returns>A regrouper that is used by that turn only. <see langword="null"/> fails the turn.</returns>
    IRegrouper<TIn, TOut> Begin(BlockContext context);
}

namespace AgentChain;

/// <summary>Holds the regrouping state of one turn. Called by one thread at a time, in order.</summary>
/// <typeparam name="TIn">The type of the input items.</typeparam>
/// <typeparam name="TOut">The type of the output items.</typeparam>
public interface IRegrouper<in TIn, TOut>
{
    /// <summary>Adds an item.</summary>
    /// <param name="item">The item.</param>
    /// <param name="ready">The collection that receives the output items that are now complete.</param>
    void Add(TIn item, ICollection<TOut> ready);

    /// <summary>Ends the stream.</summary>
    /// <param name="ready">The collection that receives the remaining output items.</param>
    void Complete(ICollection<TOut> ready);
}

namespace AgentChain.Blocks;

/// <summary>The state of one turn's regrouping. Called by one thread at a time, in order.</summary>
/// <typeparam name="TIn">The items it takes.</typeparam>
/// <typeparam name="TOut">The items it makes.</typeparam>
public interface IRegrouper<in TIn, TOut>
{
    /// <summary>Takes an item.</summary>
    /// <param name="item">The item.</param>
    /// <param name="ready">Receives what is complete now.</param>
    void Add(TIn item, ICollection<TOut> ready);

    /// <summary>Ends the stream.</summary>
    /// <param name="ready">Receives what is left.</param>
    void Complete(ICollection<TOut> ready);
}

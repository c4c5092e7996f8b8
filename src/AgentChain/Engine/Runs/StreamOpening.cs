using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Runs;

/// <summary>Opens the items that a block returned, which may be null.</summary>
/// <param name="node">The block.</param>
/// <param name="items">The returned items.</param>
readonly struct StreamOpening<T>(BlockNode node, IAsyncEnumerable<T>? items) : IAsyncEnumerable<T>
{
    /// <exception cref="BlockFailedException">The items, or their enumerator, are null.</exception>
    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        (items ?? throw node.Broke("returned null from InvokeAsync; return the items, or an empty stream."))
            .GetAsyncEnumerator(cancellationToken)
        ?? throw node.Broke("returned items whose GetAsyncEnumerator returned null; return an enumerator.");
}

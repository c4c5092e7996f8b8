namespace AgentChain.Tests.Simulation.Lossless.Hostile;

/// <summary>A stream of which some <c>MoveNextAsync</c> return hostile value tasks.</summary>
/// <param name="inner">The stream.</param>
/// <param name="host">Draws them.</param>
/// <param name="block">The block that produces the stream.</param>
/// <param name="input">Its input.</param>
/// <param name="failsAt">The index of the item at which it fails; -1 for none.</param>
sealed class HostileItems<T>(IAsyncEnumerable<T> inner, HostileHost host, string block, long input, int failsAt) : IAsyncEnumerable<T>
{
    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        new Enumerator(inner.GetAsyncEnumerator(cancellationToken), host, block, input, failsAt);

    sealed class Enumerator(IAsyncEnumerator<T> inner, HostileHost host, string block, long input, int failsAt) : IAsyncEnumerator<T>
    {
        int _next;

        public T Current => inner.Current;

        public ValueTask<bool> MoveNextAsync()
        {
            int index = _next++;
            return host.Return($"{block} item", unchecked((input * 16) + index), index == failsAt, inner.MoveNextAsync);
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}

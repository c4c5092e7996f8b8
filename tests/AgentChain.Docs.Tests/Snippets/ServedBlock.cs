namespace AgentChain.Example.Serving;

/// <summary>Sends its input to a server and returns the answer. Stateless and thread-safe.</summary>
/// <param name="client">The client; the caller disposes it after the chain.</param>
public sealed class ServedBlock(HttpClient client) : IBlock<Uri, string>
{
    /// <inheritdoc/>
    public async ValueTask<string> InvokeAsync(Uri input, BlockContext context, CancellationToken cancellationToken) =>
        await client.GetStringAsync(input, cancellationToken).ConfigureAwait(false);
}

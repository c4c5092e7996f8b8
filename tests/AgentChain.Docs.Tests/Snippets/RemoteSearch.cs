namespace AgentChain.Docs.Tests.Snippets;

#region write
/// <summary>Searches on another server, which learns how much time is left.</summary>
public sealed class RemoteSearch(HttpClient client) : IBlock<string, string>
{
    public async ValueTask<string> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"search?q={Uri.EscapeDataString(input)}");
        if (DeadlineHeaders.Format(DeadlineHeaders.RayServe, context.Remaining) is { } left)
        {
            request.Headers.Add(DeadlineHeaders.RayServe, left);
        }

        using HttpResponseMessage response = await client.SendAsync(request, cancellationToken);
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }
}
#endregion

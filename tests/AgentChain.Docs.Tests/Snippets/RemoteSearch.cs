namespace AgentChain.Docs.Tests.Snippets;

#region write
/// <summary>Searches on another server, which learns how much time is left.</summary>
public sealed class RemoteSearch(HttpClient client) : IBlock<string, string>
{
    public async ValueTask<string> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"search?q={Uri.EscapeDataString(input)}");
        DeadlineHeaders.Write(request, context.RemainingBudget, DeadlineHeaders.RayServe);
        using HttpResponseMessage response = await client.SendAsync(request, cancellationToken);
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }
}
#endregion

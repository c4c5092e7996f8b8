using AgentChain.Example.Serving;

namespace AgentChain.Docs.Tests.Snippets;

/// <summary>The code of docs/how-to/add-a-package.md.</summary>
public sealed class ServedBlockTests
{
    [Fact]
    public async Task RunAsync_Server_ReturnsItsAnswer()
    {
        using var client = new HttpClient(new Server());
        var question = new Uri("http://server/question");
        await using Chain<Uri, string> chain = Chain.From<Uri>("c").Then("served", new ServedBlock(client), o => o.SendsOut()).Build();
        Assert.Equal("answer to /question", await chain.RunAsync(question).AsTask().WaitAsync(TimeSpan.FromMinutes(1)));
    }

    sealed class Server : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage { Content = new StringContent($"answer to {request.RequestUri!.AbsolutePath}") });
    }
}

using System.Net;
using AgentChain.Blocks.Redaction;

namespace AgentChain.Docs.Tests.Snippets;

/// <summary>The code of docs/redaction.md.</summary>
public sealed class RedactionSnippets
{
    [Fact]
    public async Task PresidioFinder_NameOfTheServer_IsRedacted()
    {
        using var client = new HttpClient(new Server("""[{"entity_type":"PERSON","start":6,"end":9},{"entity_type":"DATE","start":0,"end":2}]"""))
        {
            BaseAddress = new Uri("http://presidio"),
        };
        ChainBuilder<string, string> builder = Chain.From<string>("desk");
        await using Chain<string, string> chain = builder
            #region block
            .Then("redact", new RedactionBlock(new PresidioFinder(client)), o => o.Redacts().Budget(100.Milliseconds()))
            #endregion
            .Build();
        await chain.WarmUpAsync(["hello you"]);
        Assert.Equal("hello [name_1]", await chain.RunAsync("hello Zoe"));
    }

    [Fact]
    public async Task NumberingPlanFinder_NationalNumber_IsFound()
    {
        PersonalDataSpan found = Assert.Single(await new NumberingPlanFinder("DE").FindAsync("ruf 030 901820 an", CancellationToken.None));
        Assert.Equal(new PersonalDataSpan(PersonalDataKind.Phone, 4, 10), found);
    }

    sealed class Server(string json) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(json, null, "application/json") });
    }
}

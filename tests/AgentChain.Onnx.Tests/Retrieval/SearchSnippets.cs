using AgentChain.Blocks.Redaction;
using AgentChain.Devices;
using AgentChain.Onnx.Retrieval;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tests.Fixtures;

namespace AgentChain.Onnx.Tests.Retrieval;

/// <summary>The code of docs/search.md.</summary>
public sealed class SearchSnippets : IDisposable
{
    #region documents
    static readonly RetrievalDocument[] Documents =
    [
        new("hours", "The stores open at nine and close at six, also on Saturday.") { Questions = ["when do you open", "are you open today"] },
        new("refund", "A refund takes five working days."),
        new("plans", "The plans are Basic, Plus and Family."),
    ];
    #endregion

    readonly SentenceEmbedder _embedder;

    public SearchSnippets()
    {
        string folder = Fixture.Models("embedder");
        #region load
        var host = new OnnxRuntimeHost();
        SentenceEmbedder embedder = SentenceEmbedder.Load(host, folder, DeviceRequest.Named("cpu"));
        #endregion
        _embedder = embedder;
    }

    public void Dispose() => _embedder.Dispose();

    [Fact]
    public async Task Search_Question_FindsTheDocument()
    {
        SentenceEmbedder embedder = _embedder;
        #region index
        using var lane = new DeviceLane("indexing");
        HybridIndex index = await HybridIndex.BuildAsync(embedder, lane, Documents, new HybridIndexOptions { Top = 2 });
        #endregion
        #region search
        var retriever = new HybridRetriever(embedder, index);
        RetrievalResult found = await retriever.RetrieveAsync(lane, "how long until I get my money back, is it a refund");
        RetrievalHit best = found.Hits[0];             // best.Document.Id is "refund"
        #endregion
        Assert.Equal("refund", best.Document.Id);
        Assert.Equal(2, found.Hits.Length);
        #region words
        RetrievalResult byWords = index.Search("which plans are there", vector: []);
        #endregion
        Assert.Equal("plans", byWords.Hits[0].Document.Id);
    }

    [Fact]
    public async Task Chain_QuestionWithACardNumber_SearchesWithoutIt()
    {
        SentenceEmbedder embedder = _embedder;
        using var indexing = new DeviceLane("indexing");
        var retriever = new HybridRetriever(embedder, await HybridIndex.BuildAsync(embedder, indexing, Documents));
        #region chain
        await using Chain<string, string> chain = Chain.From<string>("desk")
            .Then("redact", new PiiRedactor(), o => o.Redacts())
            .Then("search", new RetrievalBlock(retriever), o => o.On(embedder.Device.Name).Budget(100.Milliseconds())
                .OnOverrun(Overrun.Fallback(RetrievalResult.None)))
            .Then("answer", Answer)
            .Build();
        await chain.WarmUpAsync(["when do you open"]);

        static string Answer(RetrievalResult found) =>
            found.Hits is [{ Score: > 0.3f } best, ..] ? best.Document.Text : "I did not find that.";
        #endregion
        Assert.Equal(Documents[1].Text, await chain.RunAsync("i paid with 4111 1111 1111 1111, when is my refund"));
    }
}

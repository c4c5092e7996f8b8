using System.Text.Json;
using AgentChain.Devices;
using AgentChain.Onnx.Retrieval;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tests.Fixtures;

namespace AgentChain.Onnx.Tests.Retrieval;

/// <summary>The committed encoder and the sample's knowledge, against what the training recipe wrote down.</summary>
public sealed class EmbedderModelTests : IDisposable
{
    readonly SentenceEmbedder _embedder = SentenceEmbedder.Load(new OnnxRuntimeHost(), Fixture.Models("embedder"));
    readonly DeviceLane _lane = new("embedder");
    readonly JsonDocument _reference = JsonDocument.Parse(File.ReadAllBytes(Fixture.Models("embedder", "reference.json")));

    public void Dispose()
    {
        _lane.Dispose();
        _embedder.Dispose();
        _reference.Dispose();
        Assert.Equal(0, _embedder.LiveBindings);
    }

    [Fact]
    public void Embed_OfTheReferenceTexts_GivesTheirTokensAndVectors()
    {
        foreach (JsonElement row in _reference.RootElement.GetProperty("texts").EnumerateArray())
        {
            string text = row.GetProperty("text").GetString()!;
            float[] vector = _embedder.Embed(text);

            Assert.Equal(row.GetProperty("ids").EnumerateArray().Select(i => i.GetInt32()), _embedder.Tokenizer.EncodeWithin(text, 64));
            Assert.All(row.GetProperty("embedding").EnumerateArray().Select((v, i) => v.GetSingle() - vector[i]), d => Assert.InRange(d, -2e-4f, 2e-4f));
            Assert.Equal(1, vector.Sum(v => v * v), 4);
        }
    }

    [Fact]
    public async Task EmbedAsync_OfABatch_GivesWhatEachTextGivesAlone()
    {
        string[] texts = ["what is my balance", "a", "where is the nearest store please and when does it open", "", "hello"];

        float[][] together = await _embedder.EmbedAsync(_lane, texts);

        for (int i = 0; i < texts.Length; i++)
        {
            float[] alone = _embedder.Embed(texts[i]);
            Assert.All(together[i].Zip(alone), p => Assert.InRange(p.First - p.Second, -1e-4f, 1e-4f));
        }
    }

    [Fact]
    public async Task RetrieveAsync_OfTheReferenceQueries_GivesTheirScores()
    {
        HybridRetriever retriever = await RetrieverAsync();
        foreach (JsonElement row in _reference.RootElement.GetProperty("queries").EnumerateArray())
        {
            string text = row.GetProperty("text").GetString()!;

            Compare(row.GetProperty("best"), await retriever.RetrieveAsync(_lane, text), h => h.Score);
            Compare(row.GetProperty("words_only"), retriever.Index.Search(text, []), h => h.Words);
        }
    }

    [Fact]
    public async Task RetrieveAsync_OnTheHeldOutQuestions_FindsTheRightDocumentFirst()
    {
        HybridRetriever retriever = await RetrieverAsync();
        int right = 0, all = 0;
        foreach (JsonElement row in _reference.RootElement.GetProperty("heldout").EnumerateArray())
        {
            RetrievalResult result = await retriever.RetrieveAsync(_lane, row.GetProperty("text").GetString()!);
            right += result.Hits[0].Document.Id == row.GetProperty("id").GetString() ? 1 : 0;
            all++;
        }

        Assert.True(right >= 0.85 * all, $"recall@1 is {right} of {all}");
    }

    static void Compare(JsonElement expected, RetrievalResult result, Func<RetrievalHit, float> score)
    {
        (string Id, float Score)[] wanted = [.. expected.EnumerateArray().Select(e => (e[0].GetString()!, e[1].GetSingle()))];
        Assert.Equal(wanted.Select(w => w.Id), result.Hits.Select(h => h.Document.Id));
        Assert.All(wanted.Zip(result.Hits), p => Assert.InRange(score(p.Second) - p.First.Score, -1e-3f, 1e-3f));
    }

    async Task<HybridRetriever> RetrieverAsync()
    {
        string path = Path.Combine(Fixture.Models(), "..", "samples", "VoiceAgent", "Data", "knowledge.json");
        using JsonDocument knowledge = JsonDocument.Parse(await File.ReadAllBytesAsync(path));
        RetrievalDocument[] documents = [.. knowledge.RootElement.EnumerateArray().Select(e => new RetrievalDocument(e.GetProperty("id").GetString()!, e.GetProperty("text").GetString()!)
        {
            Questions = [.. e.GetProperty("questions").EnumerateArray().Select(q => q.GetString()!)],
        })];
        return new HybridRetriever(_embedder, await HybridIndex.BuildAsync(_embedder, _lane, documents));
    }
}

using AgentChain.Devices;
using AgentChain.Onnx.Retrieval;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tests.Fixtures;

namespace AgentChain.Onnx.Tests.Retrieval;

/// <summary>The output layouts of sentence-transformers exports, on graphs whose vectors can be worked out by hand.</summary>
public sealed class SentenceEmbedderTests
{
    readonly OnnxRuntimeHost _host = new();

    [Fact]
    public void Embed_FromHiddenStates_IsTheMeanOverRealTokens()
    {
        // (4, 0) + (3, 0) + (0, 4), whose direction is (7, 4).
        Check("tiny-encoder-hidden", "red", 7, 4);
        Check("tiny-encoder-hidden", "Red GREEN", 7, 5);
    }

    [Fact]
    public void Embed_WherePoolingTakesTheFirstToken_DoesSo()
    {
        // The graph sums from the end, so that the first token has the sum of all.
        Check("tiny-encoder-first", "red blue", 6, 4);
    }

    [Fact]
    public void Embed_OfAnAlreadyPooledGraph_TakesItsSentenceEmbedding()
    {
        // The graph takes the largest in each dimension.
        Check("tiny-encoder-pooled", "red green", 4, 4);
    }

    [Fact]
    public void Embed_OfALongText_CutsItToWhatTheEncoderTakes()
    {
        // Five tokens at most: [CLS] red red red [SEP].
        Check("tiny-encoder-hidden", "red red red green green green", 13, 4);
    }

    [Theory]
    [InlineData("tiny-encoder-hidden")]
    [InlineData("tiny-encoder-first")]
    [InlineData("tiny-encoder-pooled")]
    public async Task EmbedAsync_OfABatch_IsNotChangedByPadding(string folder)
    {
        using SentenceEmbedder embedder = SentenceEmbedder.Load(_host, Fixture.Path(folder));
        using var lane = new DeviceLane("test");
        string[] texts = ["red", "red green blue", "", "blue", .. Enumerable.Repeat("green red", 70)];

        float[][] vectors = await embedder.EmbedAsync(lane, texts);

        // A graph that sums from the end sees the padding of a batch, which is its own affair: there only equal lengths are compared.
        Assert.Equal(texts.Length, vectors.Length);
        Assert.All(texts.Zip(vectors).Where(p => folder != "tiny-encoder-first" || p.First == "red green blue"), p => Assert.Equal(embedder.Embed(p.First), p.Second));
        Assert.Equal(0, embedder.LiveBindings);
    }

    [Fact]
    public void Load_OfAGraphThatIsNoEncoder_SaysWhatIsMissing()
    {
        string folder = Directory.CreateTempSubdirectory("agentchain").FullName;
        File.Copy(Fixture.Path("affine.onnx"), Path.Combine(folder, "model.onnx"));
        File.Copy(Fixture.Path("tiny-encoder-hidden", "tokenizer.json"), Path.Combine(folder, "tokenizer.json"));

        OnnxBindingException error = Assert.Throws<OnnxBindingException>(() => SentenceEmbedder.Load(_host, folder));

        Assert.Equal("input_ids", error.TensorName);
        Directory.Delete(folder, recursive: true);
    }

    void Check(string folder, string text, float x, float y)
    {
        using SentenceEmbedder embedder = SentenceEmbedder.Load(_host, Fixture.Path(folder));
        float norm = MathF.Sqrt((x * x) + (y * y));
        float[] vector = embedder.Embed(text);

        Assert.Equal(2, vector.Length);
        Assert.Equal(x / norm, vector[0], 5);
        Assert.Equal(y / norm, vector[1], 5);
    }
}

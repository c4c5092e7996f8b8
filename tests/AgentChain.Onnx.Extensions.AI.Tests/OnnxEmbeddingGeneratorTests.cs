using AgentChain.Devices;
using AgentChain.Onnx.Retrieval;
using Microsoft.Extensions.AI;

namespace AgentChain.Onnx.Extensions.AI.Tests;

/// <summary>The committed encoder as an embedding generator.</summary>
public sealed class OnnxEmbeddingGeneratorTests(Models models) : IClassFixture<Models>
{
    [Fact]
    public async Task Generate_ManyTexts_GivesTheEncodersVectorsInOrder()
    {
        using OnnxEmbeddingGenerator generator = models.Embedder.AsEmbeddingGenerator(new() { ModelId = "tiny" });
        string[] texts = [.. Enumerable.Range(0, 40).Select(i => string.Join(' ', Enumerable.Repeat($"text {i}", 1 + (i % 5))))];

        GeneratedEmbeddings<Embedding<float>> embeddings = await generator.GenerateAsync(texts);

        Assert.Equal(texts.Length, embeddings.Count);
        for (int i = 0; i < texts.Length; i++)
        {
            float[] expected = models.Embedder.Embed(texts[i]);
            Assert.All(expected.Zip(embeddings[i].Vector.ToArray()), pair => Assert.InRange(pair.First - pair.Second, -1e-4f, 1e-4f));
        }

        Assert.All(embeddings, embedding => Assert.Equal("tiny", embedding.ModelId));
        Assert.Equal(texts.Sum(text => models.Embedder.Tokenizer.EncodeWithin(text, models.Embedder.MaxTokens).Count), embeddings.Usage!.InputTokenCount);
    }

    [Fact]
    public async Task Generate_Canceled_ThrowsTheTokensException()
    {
        using OnnxEmbeddingGenerator generator = models.Embedder.AsEmbeddingGenerator();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => generator.GenerateAsync(["a"], cancellationToken: new CancellationToken(true)));
    }

    [Fact]
    public async Task Generate_NoTexts_DoesNotRunTheEncoder()
    {
        using var lane = new DeviceLane("gone");
        lane.Dispose();
        using OnnxEmbeddingGenerator generator = models.Embedder.AsEmbeddingGenerator(new() { Lane = lane });
        Assert.Empty(await generator.GenerateAsync([]));
    }

    [Fact]
    public async Task Generate_BadArguments_AreRefused()
    {
        using OnnxEmbeddingGenerator generator = models.Embedder.AsEmbeddingGenerator();
        int dimensions = models.Embedder.Embed("a").Length;
        await Assert.ThrowsAsync<ArgumentNullException>("values", () => generator.GenerateAsync(null!));
        await Assert.ThrowsAsync<ArgumentException>("values", () => generator.GenerateAsync(["a", null!]));
        Assert.Contains("'other'", (await Assert.ThrowsAsync<NotSupportedException>(() => generator.GenerateAsync(["a"], new() { ModelId = "other" }))).Message, StringComparison.Ordinal);
        Assert.Contains(
            $"{dimensions}", (await Assert.ThrowsAsync<NotSupportedException>(() => generator.GenerateAsync(["a"], new() { Dimensions = 1 }))).Message, StringComparison.Ordinal);
        Assert.Single(await generator.GenerateAsync(["a"], new() { Dimensions = dimensions, ModelId = "embedder" }));
        Assert.Throws<ArgumentNullException>("embedder", () => ((SentenceEmbedder)null!).AsEmbeddingGenerator());
        Assert.Throws<ArgumentException>("options.ModelId", () => models.Embedder.AsEmbeddingGenerator(new() { ModelId = "" }));
    }

    [Fact]
    public async Task Dispose_ThenARequest_IsRefused()
    {
        OnnxEmbeddingGenerator generator = models.Embedder.AsEmbeddingGenerator();
        generator.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => generator.GenerateAsync(["a"]));
    }

    [Fact]
    public void GetService_MetadataAndEncoder_AreFound()
    {
        using OnnxEmbeddingGenerator generator = models.Embedder.AsEmbeddingGenerator(new() { ModelId = "tiny" });
        Assert.Equal("tiny", generator.GetService<EmbeddingGeneratorMetadata>()?.DefaultModelId);
        Assert.Same(models.Embedder, generator.GetService<SentenceEmbedder>());
        Assert.Same(generator, generator.GetService<IEmbeddingGenerator<string, Embedding<float>>>());
    }
}

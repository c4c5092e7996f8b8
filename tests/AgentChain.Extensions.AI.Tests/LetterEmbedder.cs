using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI.Tests;

/// <summary>Embeds a text by how often it has each letter, so that texts with the same letters are near to each other.</summary>
sealed class LetterEmbedder : IEmbeddingGenerator<string, Embedding<float>>
{
    /// <summary>Gets or sets what takes the place of the embeddings.</summary>
    public Func<CancellationToken, Task<GeneratedEmbeddings<Embedding<float>>>>? Instead { get; set; }

    public static float[] Embed(string text)
    {
        float[] vector = new float[26];
        foreach (char letter in text.ToLowerInvariant().Where(char.IsAsciiLetter))
        {
            vector[letter - 'a']++;
        }

        return vector;
    }

    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        Instead?.Invoke(cancellationToken)
        ?? Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(text => new Embedding<float>(Embed(text)))));

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(EmbeddingGeneratorMetadata) ? new EmbeddingGeneratorMetadata("test", defaultModelId: "letters") : null;

    public void Dispose()
    {
    }
}

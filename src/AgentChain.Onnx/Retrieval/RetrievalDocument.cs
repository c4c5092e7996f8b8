using System.Collections.Immutable;

namespace AgentChain.Onnx.Retrieval;

/// <summary>Something that can be found: a fact, an article, a canned answer. Immutable.</summary>
/// <param name="Id">Its id, unique within an index.</param>
/// <param name="Text">What it says.</param>
public sealed record RetrievalDocument(string Id, string Text)
{
    /// <summary>Questions it answers. Each is matched like the text itself, and the best match of a document counts.</summary>
    public ImmutableArray<string> Questions { get; init; } = [];

    /// <summary>Whatever the host wants to find again with it, such as the agent that answers. Not searched.</summary>
    public ImmutableDictionary<string, string> Tags { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The id; never the text.</summary>
    public override string ToString() => Id;
}

/// <summary>A document that was found.</summary>
/// <param name="Document">The document.</param>
/// <param name="Score">How well it fits: <paramref name="Cosine"/> plus the index's weight times <paramref name="Words"/>. Higher is better.</param>
/// <param name="Cosine">Cosine of the embeddings of the query and the document's best row, -1 to 1.</param>
/// <param name="Words">Cosine of the query's and that row's words, each counted once by its rarity, 0 to 1.</param>
public readonly record struct RetrievalHit(RetrievalDocument Document, float Score, float Cosine, float Words);

/// <summary>What was found for a query, the best first. Immutable; compared by the documents found, so that it can be a commit key.</summary>
/// <param name="Hits">The documents found.</param>
public sealed record RetrievalResult(ImmutableArray<RetrievalHit> Hits)
{
    /// <summary>Nothing found.</summary>
    public static RetrievalResult None { get; } = new(ImmutableArray<RetrievalHit>.Empty);

    /// <summary>Whether another result found the same documents in the same order.</summary>
    /// <param name="other">The other result.</param>
    public bool Equals(RetrievalResult? other) => other is not null
        && Hits.Select(h => h.Document.Id).SequenceEqual(other.Hits.Select(h => h.Document.Id), StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (RetrievalHit hit in Hits)
        {
            hash.Add(hit.Document.Id, StringComparer.Ordinal);
        }

        return hash.ToHashCode();
    }

    /// <summary>The ids found.</summary>
    public override string ToString() => string.Join(", ", Hits.Select(h => h.Document.Id));
}

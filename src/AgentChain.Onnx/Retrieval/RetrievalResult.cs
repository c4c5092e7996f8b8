using System.Collections.Immutable;

namespace AgentChain.Onnx.Retrieval;

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

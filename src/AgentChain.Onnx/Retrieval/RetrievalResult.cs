using System.Collections.Immutable;

namespace AgentChain.Onnx.Retrieval;

/// <summary>
/// Represents the documents found for a query, the best first. Immutable. Compared by the documents found, so it can be a commit key.
/// </summary>
/// <param name="Hits">The documents found, the best first.</param>
public sealed record RetrievalResult(ImmutableArray<RetrievalHit> Hits)
{
    /// <summary>Gets the empty result.</summary>
    public static RetrievalResult None { get; } = new(ImmutableArray<RetrievalHit>.Empty);

    /// <summary>Determines whether another result has the same documents in the same order.</summary>
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

    /// <summary>Returns the IDs of the documents found.</summary>
    public override string ToString() => string.Join(", ", Hits.Select(h => h.Document.Id));
}

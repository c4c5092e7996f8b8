using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics;

namespace AgentChain.Extensions.AI;

/// <summary>
/// Represents the records that a search found, best first. Two results are equal if they have the same ids in the same order, so work
/// downstream that began on a hypothesis is kept when the final question finds the same records. Immutable if the records are.
/// </summary>
/// <typeparam name="TKey">The type of the records' ids.</typeparam>
/// <typeparam name="TRecord">The type of the records.</typeparam>
/// <remarks>
/// Equality leaves out the scores and the contents of the records. A block downstream whose output depends on the scores, or a collection
/// whose records change while a turn runs, needs a commit key of its own: <c>o.CommitKey(found =&gt; ...)</c>. A block whose input contains
/// the result and more, such as the question, is compared by all of it.
/// </remarks>
[DebuggerDisplay("{Count} records")]
public sealed class FoundRecords<TKey, TRecord> : IReadOnlyList<FoundRecord<TKey, TRecord>>, IEquatable<FoundRecords<TKey, TRecord>>
    where TKey : notnull
{
    readonly ImmutableArray<FoundRecord<TKey, TRecord>> _records;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="records">The records, best first.</param>
    /// <exception cref="ArgumentNullException"><paramref name="records"/> is <see langword="null"/>.</exception>
    public FoundRecords(IEnumerable<FoundRecord<TKey, TRecord>> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        _records = [.. records];
    }

    /// <inheritdoc/>
    public int Count => _records.Length;

    /// <summary>Gets the ids of the records, best first.</summary>
    public IEnumerable<TKey> Ids => _records.Select(found => found.Id);

    /// <summary>Gets the records themselves, best first.</summary>
    public IEnumerable<TRecord> Records => _records.Select(found => found.Record);

    /// <inheritdoc/>
    public FoundRecord<TKey, TRecord> this[int index] => _records[index];

    /// <summary>Compares the ids, in order.</summary>
    /// <param name="other">The other result.</param>
    /// <returns>Whether both have the same ids in the same order.</returns>
    public bool Equals(FoundRecords<TKey, TRecord>? other) =>
        ReferenceEquals(this, other) || (other is not null && Count == other.Count && Ids.SequenceEqual(other.Ids));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FoundRecords<TKey, TRecord>);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (FoundRecord<TKey, TRecord> found in _records)
        {
            hash.Add(found.Id);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public IEnumerator<FoundRecord<TKey, TRecord>> GetEnumerator() => ((IEnumerable<FoundRecord<TKey, TRecord>>)_records).GetEnumerator();

    /// <summary>Returns the number of records, never their contents.</summary>
    /// <returns>The number.</returns>
    public override string ToString() => FormattableString.Invariant($"{Count} records");

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

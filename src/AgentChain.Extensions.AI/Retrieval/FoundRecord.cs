namespace AgentChain.Extensions.AI;

/// <summary>Represents a record that a <see cref="VectorSearchBlock{TKey,TRecord}"/> found. Immutable if the record is.</summary>
/// <typeparam name="TKey">The type of the record's id.</typeparam>
/// <typeparam name="TRecord">The type of the record.</typeparam>
/// <param name="Id">The id of the record.</param>
/// <param name="Record">The record.</param>
/// <param name="Score">
/// The score that the collection gave it; its meaning depends on the collection. <see langword="null"/> if it gave none.
/// </param>
public readonly record struct FoundRecord<TKey, TRecord>(TKey Id, TRecord Record, double? Score);

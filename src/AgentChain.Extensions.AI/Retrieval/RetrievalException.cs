namespace AgentChain.Extensions.AI;

/// <summary>
/// The exception for an embedding generator or a vector collection that failed, or that broke its own contract. Messages never contain user
/// text.
/// </summary>
/// <remarks>It is the inner exception of the turn's <see cref="BlockFailedException"/>, which names the block.</remarks>
public sealed class RetrievalException : Exception
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="source">The name of the generator or of the collection.</param>
    /// <param name="message">What it did, and the way out.</param>
    /// <param name="innerException">The exception that it threw, or <see langword="null"/>.</param>
    public RetrievalException(string source, string message, Exception? innerException = null)
        : base(message, innerException) => From = source;

    /// <summary>Gets the name of the generator or of the collection: the one that it states, otherwise its type.</summary>
    public string From { get; }
}

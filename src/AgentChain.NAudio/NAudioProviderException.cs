namespace AgentChain.NAudio;

/// <summary>
/// The exception that is thrown when a provider of NAudio cannot be used: it has an unusable format, it broke the contract of
/// <c>Read</c>, or it threw. The message names the provider's type, the value and the way out.
/// </summary>
public sealed class NAudioProviderException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="provider">The type of the provider.</param>
    /// <param name="message">The message, which begins with the provider's type.</param>
    /// <param name="innerException">The error that the provider threw, if it threw.</param>
    public NAudioProviderException(string provider, string message, Exception? innerException = null)
        : base(message, innerException) => Provider = provider;

    /// <summary>Gets the name of the provider's type, for example <c>WaveFileReader</c>.</summary>
    public string Provider { get; }
}

using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>Recognizes the fillers of agents.</summary>
public static class FillerExtensions
{
    /// <summary>The name of the additional property that marks a filler. Its value is <see langword="true"/>.</summary>
    public const string FillerProperty = "agentchain.filler";

    /// <summary>
    /// Determines whether an update is a filler of an agent: not part of the answer, so that a chain can play a sound instead, and stop it
    /// when
    /// the answer comes.
    /// </summary>
    /// <param name="update">The update.</param>
    /// <returns><see langword="true"/> if it is a filler; otherwise, <see langword="false"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="update"/> is <see langword="null"/>.</exception>
    public static bool IsFiller(this ChatResponseUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        return update.AdditionalProperties?.TryGetValue(FillerProperty, out object? mark) == true && mark is true;
    }
}

using System.Diagnostics;

namespace AgentChain;

/// <summary>
/// Represents a question of a block: whether to start a piece of work before it is known to be needed, such as a tool that the model will
/// probably call.
/// </summary>
/// <param name="Name">The name of the work, such as the name of the tool. No user content.</param>
/// <param name="Probability">
/// The probability that the work will be needed, 0 to 1. The chain's controller corrects it by experience.
/// </param>
[DebuggerDisplay("{Name}, {Probability}")]
public readonly record struct EarlyRequest(string Name, double Probability)
{
    /// <summary>Gets the expected time that the work runs.</summary>
    /// <value>
    /// <see langword="null"/> for the mean of its past runs, early or not, which is the default. Work that has never run is not started
    /// early.
    /// </value>
    public TimeSpan? Work { get; init; }

    /// <summary>Gets the expected time until it is known whether the work is needed, counted from now.</summary>
    /// <value>
    /// <see langword="null"/> if unknown, which is the default. If it is more than the work takes, the controller answers
    /// <c>Later</c>, because waiting costs nothing.
    /// </value>
    public TimeSpan? TimeToNeed { get; init; }

    /// <summary>
    /// Gets an object that identifies the work, such as a hash of the tool's arguments. If the work is not started early, and the block
    /// later calls <see cref="BlockContext.Begin"/> with the same name and an equal key, the controller learns that it was needed.
    /// </summary>
    /// <value><see langword="null"/> by default: the controller learns nothing from work that it declined.</value>
    public object? Key { get; init; }

    /// <summary>Returns a one-line description that contains the name and the probability, but not the key.</summary>
    /// <returns>The description.</returns>
    public override string ToString() => OptionCheck.Text($"'{Name}' with probability {Probability:0.###}");
}

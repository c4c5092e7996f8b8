namespace AgentChain.Extensions.AI;

/// <summary>
/// A moment at which early calls can be proposed: the beginning of a turn, or the end of one of its tool calls. Immutable.
/// </summary>
public sealed class EarlyMoment
{
    internal EarlyMoment(AgentRequest request) => Request = request;

    /// <summary>Gets the request of the turn.</summary>
    public AgentRequest Request { get; }

    /// <summary>Gets the tool whose call has just completed, early or not; <see langword="null"/> at the beginning of the turn.</summary>
    public string? Tool { get; internal init; }

    /// <summary>Gets the arguments of the call that has just completed; empty at the beginning of the turn.</summary>
    public IReadOnlyDictionary<string, object?> Arguments { get; internal init; } = new Dictionary<string, object?>();

    /// <summary>
    /// Gets the result of that call, as the model gets it: a text, a <see cref="System.Text.Json.JsonElement"/>, or content.
    /// </summary>
    /// <value><see langword="null"/> at the beginning of the turn.</value>
    public object? Result { get; internal init; }

    /// <summary>
    /// Gets the probability that the model makes the call that has just completed: less than 1 for one that ran early, which the model has
    /// not
    /// made yet. The probabilities of calls that are proposed at this moment are multiplied by it.
    /// </summary>
    public double Probability { get; internal init; } = 1;

    /// <summary>The key of the call that has just completed.</summary>
    internal (AgentTool Tool, string Key)? Call { get; init; }

    /// <summary>Returns a one-line description that contains no text of a message, no arguments and no result.</summary>
    /// <returns>The description.</returns>
    public override string ToString() => Tool is null ? "the beginning of the turn" : $"after a call of '{Tool}'";
}

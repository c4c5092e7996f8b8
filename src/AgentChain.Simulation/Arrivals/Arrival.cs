using System.Diagnostics;

namespace AgentChain.Simulation;

/// <summary>Represents one request of an <see cref="ArrivalTrace"/>. Immutable.</summary>
[DebuggerDisplay("{Time.TotalMilliseconds} ms: {InputTokens} in, {OutputTokens} out")]
public sealed record Arrival
{
    /// <summary>Gets the number of the row in its trace: the line of its file, or 1 for the first generated arrival.</summary>
    public long Row { get; init; }

    /// <summary>Gets the time of the arrival since the first arrival of the trace.</summary>
    /// <remarks>Of no effect if the arrival waits for others (<see cref="WaitFor"/>).</remarks>
    public TimeSpan Time { get; init; }

    /// <summary>Gets the number of tokens of the prompt.</summary>
    /// <value>0 by default.</value>
    public int InputTokens { get; init; }

    /// <summary>Gets the number of tokens of the answer.</summary>
    /// <value>0 by default.</value>
    public int OutputTokens { get; init; }

    /// <summary>
    /// Gets the numbers of the prompt's blocks of tokens. Two prompts whose lists begin with the same numbers begin with the same tokens.
    /// </summary>
    /// <value>Empty by default.</value>
    public IReadOnlyList<long> Prefix { get; init; } = [];

    /// <summary>Gets the identifier of the request.</summary>
    /// <value><see langword="null"/> if the trace names none.</value>
    public string? Id { get; init; }

    /// <summary>Gets the identifier of the session, such as that of an agent's trajectory.</summary>
    /// <value><see langword="null"/> if the trace names none.</value>
    public string? Session { get; init; }

    /// <summary>Gets a value that indicates whether the request begins a trajectory, so that no earlier prefix of its session applies.</summary>
    public bool ResetsPrefix { get; init; }

    /// <summary>Gets the identifiers of the requests that must have ended before this one starts.</summary>
    /// <value>Empty by default: the request starts at <see cref="Time"/>.</value>
    public IReadOnlyList<string> WaitFor { get; init; } = [];

    /// <summary>Gets the identifiers of the requests that this one starts.</summary>
    /// <value>Empty by default.</value>
    public IReadOnlyList<string> Branches { get; init; } = [];

    /// <summary>Gets the time from the end of the last request in <see cref="WaitFor"/> to the start of this one, without tools.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Gets the time that tools take from the end of the last request in <see cref="WaitFor"/>, in addition to <see cref="Delay"/>.</summary>
    public TimeSpan ToolWait { get; init; }
}

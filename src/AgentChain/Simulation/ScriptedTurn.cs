namespace AgentChain.Simulation;

/// <summary>Represents a turn of a <see cref="ScriptedUser{T}"/>.</summary>
/// <typeparam name="TIn">The type of the user's input.</typeparam>
/// <typeparam name="TOut">The type of the chain's output.</typeparam>
public sealed record ScriptedTurn<TIn, TOut>
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="input">The user's input.</param>
    /// <param name="saidAt">The time at which the user started to speak, counted from the start of the script.</param>
    /// <param name="heard">The items that the user heard, in order.</param>
    /// <param name="result">The outcome of the turn and the report of its time.</param>
    public ScriptedTurn(TIn input, TimeSpan saidAt, IReadOnlyList<HeardItem<TOut>> heard, TurnResult result) =>
        (Input, SaidAt, Heard, Result) = (input, saidAt, heard, result);

    /// <summary>Gets the user's input.</summary>
    public TIn Input { get; init; }

    /// <summary>Gets the time at which the user started to speak, counted from the start of the script.</summary>
    public TimeSpan SaidAt { get; init; }

    /// <summary>Gets the items that the user heard, in order.</summary>
    public IReadOnlyList<HeardItem<TOut>> Heard { get; init; }

    /// <summary>Gets the outcome of the turn and the report of its time.</summary>
    public TurnResult Result { get; init; }
}

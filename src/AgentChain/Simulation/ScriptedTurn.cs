namespace AgentChain.Simulation;

/// <summary>Represents a turn of a <see cref="ScriptedUser{T}"/>.</summary>
/// <typeparam name="TIn">The type of the user's input.</typeparam>
/// <typeparam name="TOut">The type of the chain's output.</typeparam>
/// <param name="Input">The user's input.</param>
/// <param name="SaidAt">The time at which the user started to speak, counted from the start of the script.</param>
/// <param name="Heard">The items that the user heard, in order.</param>
/// <param name="Result">The outcome of the turn and the report of its time.</param>
public sealed record ScriptedTurn<TIn, TOut>(TIn Input, TimeSpan SaidAt, IReadOnlyList<HeardItem<TOut>> Heard, TurnResult Result);

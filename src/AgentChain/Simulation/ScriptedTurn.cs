using AgentChain.Turns;

namespace AgentChain.Simulation;

/// <summary>A turn of a <see cref="ScriptedUser{T}"/>.</summary>
/// <typeparam name="TIn">What the user says.</typeparam>
/// <typeparam name="TOut">What the chain makes.</typeparam>
/// <param name="Input">What was said.</param>
/// <param name="SaidAt">When the user began to say it, counted from the start of the script.</param>
/// <param name="Heard">What the user heard, in order.</param>
/// <param name="Result">How the turn ended, and where its time went.</param>
public sealed record ScriptedTurn<TIn, TOut>(TIn Input, TimeSpan SaidAt, IReadOnlyList<HeardItem<TOut>> Heard, TurnResult Result);

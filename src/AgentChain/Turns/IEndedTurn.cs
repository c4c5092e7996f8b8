using System.Diagnostics;

namespace AgentChain.Turns;

/// <summary>A turn that has ended, as the source of its <see cref="TurnResult"/>.</summary>
interface IEndedTurn
{
    TurnId Id { get; }

    TurnOutcome Outcome { get; }

    TurnException? Error { get; }

    TurnReport MakeReport();
}

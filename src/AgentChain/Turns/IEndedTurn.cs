using System.Diagnostics;

namespace AgentChain.Turns;

/// <summary>A turn that has ended: what its result is made from.</summary>
interface IEndedTurn
{
    TurnId Id { get; }

    TurnOutcome Outcome { get; }

    TurnException? Error { get; }

    TurnReport MakeReport();
}

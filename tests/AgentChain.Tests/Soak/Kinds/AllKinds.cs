using AgentChain.Speculation;

namespace AgentChain.Tests.Soak.Kinds;

/// <summary>Every kind of turn that a soak mixes.</summary>
static class AllKinds
{
    public static IReadOnlyList<TurnKind> Create(EndedTurns ended) =>
    [
        new CompletedValues(ended),
        new CompletedStreams(ended),
        new CancelledByToken(ended),
        new Interrupted(ended),
        new FailingBlocks(ended),
        new LateWithFallback(ended),
        new LateWithCancel(ended),
        new DeadlineExceeded(ended),
        new Rejected(ended),
        new ReadersThatLeave(ended),
        new UnreadStreams(ended),
        new Conversations(ended),
        new RightAndWrongGuesses("speculation, eager", 60, ended, new EagerController()),
        new RightAndWrongGuesses("speculation, by the controller", 40, ended, controller: null),
        new SpeculationThatFails(ended),
        new DeafBlocks(ended),
        new LeasedDevices(ended),
        new DeafLanes(ended),
        new DisposedInTheMiddle(ended),
    ];
}

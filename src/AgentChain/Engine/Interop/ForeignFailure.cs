using AgentChain.Engine.Turns;
using AgentChain.Turns;

namespace AgentChain.Engine.Interop;

/// <summary>Why a foreign Dataflow block does not serve a turn: the rest of a sentence that begins with the block's name.</summary>
/// <param name="Reason">The reason, with a way out.</param>
/// <param name="Cause">What was thrown, if anything was.</param>
sealed record ForeignFailure(string Reason, Exception? Cause = null)
{
    const string NotAlone = "Only the chain may post to it and receive from it.";

    /// <summary>The block completed while it was needed.</summary>
    public static ForeignFailure Completed(Task completion, string wayOut) => completion switch
    {
        { IsFaulted: true } => Faulted(completion.Exception.GetBaseException(), wayOut),
        { IsCanceled: true } => new($"holds a Dataflow block that was canceled; {wayOut}"),
        _ => new($"holds a Dataflow block that has completed; {wayOut}"),
    };

    public static ForeignFailure Threw(string what, Exception error) =>
        new($"failed with {error.GetType().Name} in its {what}; see the inner exception.", error);

    public static ForeignFailure Declined { get; } =
        new("holds a Dataflow block that has declined its input; a block must accept a value or postpone it until it has room.");

    public static ForeignFailure NotNew { get; } = new(
        "was given a Dataflow block by its factory that a chain uses already or has used; create a new block at each call.");

    public static ForeignFailure InUse { get; } = new(
        "holds a Dataflow block that another chain uses, or another place in this one, or one that was left with an input inside; "
        + "give each place a block of its own, or a factory.");

    public static ForeignFailure NotEmpty { get; } = new(
        $"holds a Dataflow block that contains messages of others, so its outputs cannot be matched to turns. {NotAlone}");

    public static ForeignFailure OneTooMany { get; } = new(
        $"holds a Dataflow block that is out of step: it returned an output while none of the chain's inputs was inside. {NotAlone} "
        + "The block is taken out; rebuild the chain, or give a factory or keys.");

    public BlockFailedException ToException(BlockNode node) => node.Broke(Reason, Cause);

    static ForeignFailure Faulted(Exception error, string wayOut) =>
        new($"holds a Dataflow block that has faulted with {error.GetType().Name}; {wayOut} See the inner exception.", error);
}

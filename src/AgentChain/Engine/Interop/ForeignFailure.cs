using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Interop;

/// <summary>
/// The reason why an external Dataflow block does not serve a turn: the rest of a sentence that begins with the block's name.
/// </summary>
/// <param name="Reason">The reason, with a remedy.</param>
/// <param name="Cause">The exception that was thrown; null if there is none.</param>
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
        "has a factory that returned a Dataflow block that a chain already uses or has used; create a new block for each call.");

    public static ForeignFailure InUse { get; } = new(
        "holds a Dataflow block that another chain or another place in this one uses, or that still has an input inside; "
        + "give each place its own block, or a factory.");

    public static ForeignFailure NotEmpty { get; } = new(
        $"holds a Dataflow block that contains messages from elsewhere, so its outputs cannot be matched to turns. {NotAlone}");

    public static ForeignFailure OneTooMany { get; } = new(
        $"holds a Dataflow block that is out of step: it returned an output while none of the chain's inputs was inside. {NotAlone} "
        + "The block is out of service; rebuild the chain, or give Through a factory or keys.");

    public BlockFailedException ToException(BlockNode node) => node.Broke(Reason, Cause);

    static ForeignFailure Faulted(Exception error, string wayOut) =>
        new($"holds a Dataflow block that has faulted with {error.GetType().Name}; {wayOut} See the inner exception.", error);
}

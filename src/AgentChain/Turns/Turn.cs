using System.Diagnostics;

namespace AgentChain.Turns;

/// <summary>
/// One input's trip through a chain, while it runs: its live output and its end. Safe for use from several threads,
/// except that <see cref="Output"/> has one reader. Disposing it interrupts a turn that still runs. Whoever was given the turn reads its output to
/// the end or disposes it: a stream that nobody reads keeps its turn inside the chain.
/// </summary>
/// <typeparam name="T">The chain's output.</typeparam>
[DebuggerDisplay("{Id,nq}")]
public sealed class Turn<T> : IAsyncDisposable
{
    readonly ITurnCore<T> _core;

    internal Turn(ITurnCore<T> core) => _core = core;

    /// <summary>Gets the turn's number within its chain.</summary>
    public TurnId Id => _core.Id;

    /// <summary>
    /// Gets the output as it is made: one value, or the items of a stream while their producer still runs. The same as
    /// <see cref="ReadOutput"/> without arguments: leaving the enumeration before its end interrupts the turn.
    /// </summary>
    public IAsyncEnumerable<T> Output => ReadOutput();

    /// <summary>
    /// Reads the output as it is made: one value, or the items of a stream while their producer still runs. A slow reader holds a
    /// streaming chain up, so read it.
    /// </summary>
    /// <param name="keepRunning">
    /// Whether the turn goes on when the enumeration is left before its end: by <c>break</c>, by an exception in the loop, or by a token.
    /// By default that interrupts the turn. With <see langword="true"/> a later enumeration continues with the item after the last.
    /// </param>
    /// <param name="cancellationToken">
    /// Ends the enumeration at once: it is looked at before each item. The same as <c>WithCancellation</c>; each of the two is obeyed.
    /// </param>
    /// <returns>The output. A stream has one reader at a time.</returns>
    /// <remarks>
    /// <para>
    /// A turn that does not complete ends the enumeration with an exception. What was put out before is read first when the turn
    /// failed or ran out of time: a block that throws does so behind the items that it produced, and a deadline ends the turn behind the
    /// items that have reached the output, while those that are still between two blocks are dropped. After an interrupt nothing
    /// more is read.
    /// </para>
    /// <para>Whatever is left of the output is dropped when the enumeration of a turn that has completed is left.</para>
    /// </remarks>
    /// <exception cref="TurnException">The turn did not complete; the type and <see cref="TurnException.Outcome"/> say why. Thrown by the enumeration.</exception>
    /// <exception cref="OperationCanceledException">The token that the turn was started with fired, or the one of the enumeration. Thrown by the enumeration.</exception>
    /// <exception cref="InvalidOperationException">The stream has another reader. Thrown by the enumeration.</exception>
    public IAsyncEnumerable<T> ReadOutput(bool keepRunning = false, CancellationToken cancellationToken = default) =>
        _core.ReadAsync(keepRunning, cancellationToken);

    /// <summary>Gets a task that ends with the turn and never throws: the outcome is a value.</summary>
    public Task<TurnResult> Completion => _core.Completion;

    /// <summary>
    /// Pauses the output at once: an item that the reader does not have yet waits until <see cref="Resume"/>. The chain goes on upstream,
    /// as far as its queues have room, and that it then waits does not count as its stall; a budget for its total time goes on. An
    /// interrupt reaches the reader all the same. Any other end comes after the items that wait: at once when there are none, and
    /// otherwise after <see cref="Resume"/>. Calls are not counted: one <see cref="Resume"/> is enough.
    /// </summary>
    /// <remarks>An item that is being handed over on another thread at this moment still arrives.</remarks>
    public void Pause() => _core.Pause();

    /// <summary>Lets the output go on after <see cref="Pause"/>, unless a pending <see cref="BargeIn"/> holds it too. Harmless when it is not paused.</summary>
    public void Resume() => _core.Resume();

    /// <summary>
    /// Says how many items of the output were really heard, for a host that plays them later than it reads them. Without a report,
    /// what was read from <see cref="Output"/> counts as heard. Useful within a conversation, whose history keeps what was heard.
    /// </summary>
    /// <param name="items">
    /// How many items, counted from the first, were heard. A later report replaces an earlier one when it is higher, and no report exceeds
    /// what was read. It may come after the turn's end, up to the end of the conversation's next turn.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="items"/> is negative.</exception>
    public void ReportHeard(int items)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(items);
        _core.ReportHeard(items);
    }

    /// <summary>
    /// Waits for the turn's end and then until every block it ran has ended or was left behind; says how long that took. That is at
    /// most <see cref="ChainOptions.Grace"/> after the end. May be called at any time, also long after.
    /// </summary>
    /// <returns>How soon all was quiet, per block.</returns>
    public Task<TurnQuiescence> WhenQuiescentAsync() => _core.WhenQuiescentAsync();

    /// <summary>
    /// Ends the turn as Interrupted: its token fires, nothing it does any more is seen, and items that the reader does not have yet are
    /// dropped. Harmless when it is over.
    /// </summary>
    public void Interrupt() => _core.Interrupt();

    /// <summary>Interrupts the turn if it still runs, and waits for its end.</summary>
    /// <returns>A task for the end.</returns>
    public async ValueTask DisposeAsync()
    {
        HostThread.Leave();
        _core.Interrupt();
        await _core.Completion;
    }

    /// <summary>Describes it in a line: names and numbers, never what a user said.</summary>
    /// <returns>The line.</returns>
    public override string ToString() => _core.Completion is { IsCompletedSuccessfully: true } ended ? ended.GetAwaiter().GetResult().ToString() : $"{Id}: running";
}

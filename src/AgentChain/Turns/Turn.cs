using System.Diagnostics;
using AgentChain.Turns;

namespace AgentChain;

/// <summary>
/// Represents one input's run through a chain: its live output and its outcome. Thread-safe, except that <see cref="Output"/> has only one
/// reader. Disposing a turn that is still running interrupts it. The caller that started the turn must read its output to the end or
/// dispose it: a turn whose stream is not read stays in the chain.
/// </summary>
/// <typeparam name="T">The type of the chain's output.</typeparam>
[DebuggerDisplay("{Id,nq}")]
public sealed class Turn<T> : IAsyncDisposable
{
    readonly ITurnCore<T> _core;

    internal Turn(ITurnCore<T> core) => _core = core;

    /// <summary>Gets the number of the turn within its chain.</summary>
    public TurnId Id => _core.Id;

    /// <summary>
    /// Gets the output as it is produced: one value, or the items of a stream while the producer is still running. This is the same as
    /// <see cref="ReadOutput"/> without arguments: leaving the enumeration before its end interrupts the turn.
    /// </summary>
    public IAsyncEnumerable<T> Output => ReadOutput();

    /// <summary>
    /// Reads the output as it is produced: one value, or the items of a stream while the producer is still running. A slow reader slows
    /// down a streaming chain.
    /// </summary>
    /// <param name="keepRunning">
    /// <see langword="true"/> to let the turn continue if the enumeration ends early because of <c>break</c>, an exception in the loop, or
    /// a token. A later enumeration then continues with the next item. <see langword="false"/>, the default, to interrupt the turn.
    /// </param>
    /// <param name="cancellationToken">
    /// A token that ends the enumeration. It is checked before each item. A token passed through <c>WithCancellation</c> is observed as
    /// well.
    /// </param>
    /// <returns>The output. A stream can have only one reader at a time.</returns>
    /// <remarks>
    /// <para>
    /// If the turn does not complete, the enumeration ends with an exception. If the turn failed or ran out of time, the output that was
    /// already produced is read first: the exception of a block follows the items that the block produced, and a deadline follows the items
    /// that reached the output. Items still between two blocks are dropped. After an interrupt, no more items are read.
    /// </para>
    /// <para>Leaving the enumeration of a completed turn drops the rest of its output.</para>
    /// </remarks>
    /// <exception cref="TurnException">
    /// The turn did not complete. The exception's type and <see cref="TurnException.Outcome"/> indicate the reason. Thrown by the
    /// enumeration.
    /// </exception>
    /// <exception cref="OperationCanceledException">
    /// The token that the turn was started with, or the token of the enumeration, was canceled. Thrown by the enumeration.
    /// </exception>
    /// <exception cref="InvalidOperationException">The stream has another reader. Thrown by the enumeration.</exception>
    public IAsyncEnumerable<T> ReadOutput(bool keepRunning = false, CancellationToken cancellationToken = default) =>
        _core.ReadAsync(keepRunning, cancellationToken);

    /// <summary>Gets a task that completes when the turn ends. It never faults: the outcome is its result.</summary>
    public Task<TurnResult> Completion => _core.Completion;

    /// <summary>
    /// Pauses the output immediately: items that the reader has not received wait until <see cref="Resume"/>. The chain continues upstream
    /// as far as its queues have room. Paused time does not count against the stall budget, but does against the total. An interrupt still
    /// reaches the reader immediately. Any other end follows the waiting items: immediately if there are none, otherwise after
    /// <see cref="Resume"/>. Calls are not counted: a single <see cref="Resume"/> is enough.
    /// </summary>
    /// <remarks>An item that another thread is handing over during this call still arrives.</remarks>
    public void Pause() => _core.Pause();

    /// <summary>
    /// Continues the output after <see cref="Pause"/>, unless a pending <see cref="BargeIn"/> still holds it. Has no effect if the output
    /// is not paused.
    /// </summary>
    public void Resume() => _core.Resume();

    /// <summary>
    /// Reports how many items of the output were actually heard, for a host that plays items later than it reads them. Without a report,
    /// everything read from <see cref="Output"/> counts as heard. A conversation records the heard part in its history.
    /// </summary>
    /// <param name="items">
    /// The number of items that were heard, counted from the first. A later report replaces an earlier one only if it is higher, and no
    /// report exceeds the number of items read. Reports are accepted after the turn's end, until the conversation's next turn has ended.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="items"/> is negative.</exception>
    public void ReportHeard(int items)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(items);
        _core.ReportHeard(items);
    }

    /// <summary>
    /// Waits until the turn has ended and every block that it ran has ended or was detached. This takes at most
    /// <see cref="ChainOptions.Grace"/> after the turn's end. It can be called at any time, even long after the turn.
    /// </summary>
    /// <returns>The time that the turn took to become quiet, per block.</returns>
    public Task<TurnQuiescence> WhenQuiescentAsync() => _core.WhenQuiescentAsync();

    /// <summary>
    /// Ends the turn as Interrupted: its token is canceled, no further output becomes visible, and items that the reader has not received
    /// are dropped. Has no effect if the turn has ended.
    /// </summary>
    public void Interrupt() => _core.Interrupt();

    /// <summary>Interrupts the turn if it is still running, and waits for its end.</summary>
    /// <returns>A task that completes when the turn has ended.</returns>
    public async ValueTask DisposeAsync()
    {
        HostThread.Leave();
        _core.Interrupt();
        await _core.Completion;
    }

    /// <summary>Describes the turn in one line: names and numbers, never user text.</summary>
    /// <returns>A one-line description.</returns>
    public override string ToString() => _core.Completion is { IsCompletedSuccessfully: true } ended
        ? ended.GetAwaiter().GetResult().ToString()
        : $"{Id}: running";
}

using System.Diagnostics;

namespace AgentChain.Turns;

/// <summary>
/// One input's trip through a chain, while it runs: its live output and its end. Safe for use from several threads,
/// except that <see cref="Output"/> has one reader. Disposing it interrupts a turn that still runs.
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
    /// Gets the output as it is made: one value, or the items of a stream while their producer still runs. A slow reader
    /// holds a streaming chain up, so read it. When the turn does not complete, the enumeration throws the
    /// <see cref="TurnException"/> that says why, after the items that were read before.
    /// </summary>
    public IAsyncEnumerable<T> Output => _core.ReadAsync();

    /// <summary>Gets a task that ends with the turn and never throws: the outcome is a value.</summary>
    public Task<TurnResult> Completion => _core.Completion;

    /// <summary>
    /// Ends the turn as Interrupted: its token fires, nothing it does any more is seen. Harmless when it is over.
    /// </summary>
    public void Interrupt() => _core.Interrupt();

    /// <summary>Interrupts the turn if it still runs, and waits for its end.</summary>
    /// <returns>A task for the end.</returns>
    public async ValueTask DisposeAsync()
    {
        _core.Interrupt();
        await _core.Completion.ConfigureAwait(false);
    }
}

/// <summary>What stands behind a <see cref="Turn{T}"/>.</summary>
interface ITurnCore<out T>
{
    TurnId Id { get; }

    Task<TurnResult> Completion { get; }

    IAsyncEnumerable<T> ReadAsync(CancellationToken cancellationToken = default);

    void Interrupt();
}

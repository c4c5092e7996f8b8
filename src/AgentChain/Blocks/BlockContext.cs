using AgentChain.Devices;
using AgentChain.Turns;

namespace AgentChain.Blocks;

/// <summary>
/// What a block knows of the turn it works for. Everything comes from the envelope that carried the input, never from
/// ambient state. Valid while the block runs; cheap to copy.
/// </summary>
public readonly struct BlockContext
{
    readonly IBlockScope _scope;

    internal BlockContext(IBlockScope scope) => _scope = scope;

    /// <summary>Gets the turn.</summary>
    public TurnId Turn => _scope.TurnId;

    /// <summary>Gets the block's name in its chain.</summary>
    public string Block => _scope.BlockName;

    /// <summary>
    /// Gets the time left: to the block's own limit or the turn's deadline, whichever is sooner; never negative;
    /// <see cref="Timeout.InfiniteTimeSpan"/> when there is no limit.
    /// </summary>
    public TimeSpan Remaining => _scope.Remaining;

    /// <summary>Gets the clock; the only one a block should use, so that it runs in virtual time.</summary>
    public TimeProvider Time => _scope.Time;

    /// <summary>Gets the lease on the device the block asked for, or <see langword="null"/> when it asked for none.</summary>
    public DeviceLease? Lease => _scope.Lease;

    /// <summary>Gets the token that fires when the turn is over.</summary>
    public CancellationToken TurnToken => _scope.TurnToken;

    /// <summary>Gets the number of the block's run, unique in its chain; the hooks of <see cref="ICommitHooks"/> name the run by it.</summary>
    /// <value>0 where the chain does not speculate on the block.</value>
    public long Run => _scope.RunNumber;

    /// <summary>
    /// Gets whether the input may still turn out to be wrong. What the block makes is held until it is certain; what the block does
    /// to the world is not, so a block with effects of its own waits with <see cref="CommittedAsync"/> first, or withdraws.
    /// </summary>
    public bool IsSpeculative => _scope.IsSpeculative;

    /// <summary>Waits until the input is certain; at once when it is.</summary>
    /// <param name="cancellationToken">The block's token: it fires when the hypothesis turned out to be wrong.</param>
    /// <returns>A task for the wait.</returns>
    /// <remarks>
    /// A block with a device holds its lease while it waits. When all leases of a device are held so, work that the input depends on may
    /// never get one: let the block run without a device, or give the device room for more leases than there are turns.
    /// </remarks>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public ValueTask CommittedAsync(CancellationToken cancellationToken) => _scope.CommittedAsync(cancellationToken);

    /// <summary>Gets a value that a block before this one carried along.</summary>
    /// <typeparam name="T">The value.</typeparam>
    /// <param name="key">Its key.</param>
    /// <returns>The value, or the type's default when no block on the way here carried one.</returns>
    public T? Get<T>(TurnKey<T> key) => _scope.Get(key);

    /// <summary>
    /// Says that the turn's live input is complete. Only in a block that was added with <c>LiveInput()</c>, once, before its
    /// final value. The chain's budget counts from <paramref name="known"/>. In the report the time up to
    /// <paramref name="last"/> belongs to the input, and the time from there to <paramref name="known"/> to a setting.
    /// </summary>
    /// <param name="last">When the last of the input that matters arrived, such as the end of speech; a timestamp of <see cref="Time"/>.</param>
    /// <param name="known">
    /// When there was enough to know that no more would come, such as the last of the silence that ends an utterance; not before
    /// <paramref name="last"/>, and the same when nothing had to be waited for.
    /// </param>
    /// <exception cref="InvalidOperationException">The block was added without <c>LiveInput()</c>, or said so before.</exception>
    public void InputEnded(long last, long known) => _scope.InputEnded(last, known);

    /// <summary>Carries a value to the blocks behind this one; the latest under a key wins.</summary>
    /// <typeparam name="T">The value.</typeparam>
    /// <param name="key">Its key.</param>
    /// <param name="value">The value; make it immutable.</param>
    public void Carry<T>(TurnKey<T> key, T value)
    {
        ArgumentNullException.ThrowIfNull(key);
        _scope.Baggage = new Baggage<T>(key, value, _scope.Baggage);
    }

    /// <summary>Describes it in a line: names and numbers, never what a user said.</summary>
    /// <returns>The line.</returns>
    public override string ToString() => _scope is null ? "no turn" : $"block '{Block}' of {Turn}";
}

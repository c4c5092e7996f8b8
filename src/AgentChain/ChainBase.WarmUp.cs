using AgentChain.Building;

namespace AgentChain;

/// <content>Warms up the chain.</content>
public abstract partial class ChainBase<TIn, TOut>
{
    /// <summary>
    /// Gets whether the chain can serve a turn at its usual speed: whether each block has warmed up on each device on which it may run, and
    /// the devices are there.
    /// </summary>
    /// <remarks>What the scheduler or a block of the host throws when it is asked for its devices is thrown here.</remarks>
    public ChainReadiness Readiness => ChainWarmUp.Readiness(_runtime, Blueprint);

    /// <summary>
    /// Warms up the blocks that support it, one after another, each on every device on which it may run. Call it again to keep a chain warm
    /// that has no turns for long, or when a device is back.
    /// </summary>
    /// <param name="cancellationToken">A token that cancels the warm-up.</param>
    /// <returns>A task that completes when all blocks are warm.</returns>
    /// <exception cref="BlockFailedException">A block failed to warm up.</exception>
    /// <exception cref="TurnRejectedException">The chain is disposed.</exception>
    /// <exception cref="TurnInterruptedException">The chain was disposed during the warm-up.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public ValueTask WarmUpAsync(CancellationToken cancellationToken = default) =>
        ChainWarmUp.RunAsync(_runtime, Blueprint, cancellationToken);

    /// <summary>
    /// Warms up the blocks that support it, and then runs the inputs through the whole chain, one after another. After that, the first
    /// real turn finds its code compiled, its models loaded, its caches filled, and a speculation controller that has learned how long the
    /// blocks work.
    /// </summary>
    /// <param name="inputs">
    /// The inputs, such as a few typical utterances; they are enumerated as they are run. The same input can be given several times.
    /// </param>
    /// <param name="cancellationToken">A token that cancels the warm-up and interrupts its turn.</param>
    /// <returns>
    /// A task that completes when the last turn has ended and no block works for it any more, also if the turn failed or was canceled.
    /// Blocks that do not stop are detached after <see cref="ChainOptions.Grace"/>.
    /// </returns>
    /// <exception cref="TurnException">A turn did not complete, or a block failed to warm up. The later inputs are not run.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <remarks>
    /// <para>
    /// A turn of the warm-up differs from a real one as follows. Its output is discarded. No budget ends it or one of its blocks, because
    /// cold blocks are slow. Nothing that it does is committed: <see cref="ICommitHooks.OnTerminatedAsync"/> is called instead of
    /// <see cref="ICommitHooks.OnCommittedAsync"/>. It does not count in the metrics of turns and speculation, and its span
    /// carries a tag.
    /// </para>
    /// <para>
    /// Blocks do run. A block with effects that it does not hold back until its commit hook, such as one that sends a message, checks
    /// <see cref="BlockContext.IsWarmUp"/>. The turns wait for room in the chain and count against <see cref="ChainOptions.MaxTurns"/>;
    /// while they wait, they do not count against <see cref="ChainOptions.MaxWaitingTurns"/>. Their speculation leaves the waste budget as
    /// it is.
    /// </para>
    /// </remarks>
    public async ValueTask WarmUpAsync(IEnumerable<TIn> inputs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        HostThread.Leave();
        await WarmUpAsync(cancellationToken);
        long start = _runtime.Now;
        int count = 0;
        foreach (TIn input in inputs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await RehearseAsync(input, cancellationToken);
            count++;
        }

        double elapsed = Time.GetElapsedTime(start).TotalMilliseconds;
        _runtime.Log.Rehearsed(Name, count, elapsed);
    }

    /// <summary>Runs one turn of the warm-up to its end.</summary>
    async Task RehearseAsync(TIn input, CancellationToken cancellationToken)
    {
        Turn<TOut> turn = await StartWhenAdmittedAsync(input, isWarmUp: true, cancellationToken);
        try
        {
            await foreach (TOut _ in turn.Output)
            {
                // Only the work counts.
            }
        }
        finally
        {
            // Also after a failure: the host may dispose what the blocks use, or start its first turn.
            await turn.WhenQuiescentAsync();
        }
    }
}

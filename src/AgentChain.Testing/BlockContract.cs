namespace AgentChain.Testing;

/// <summary>
/// Represents the contract of every <see cref="IBlock{TIn,TOut}"/>. Derive from it, supply your block, and call
/// <see cref="Contract.VerifyAsync"/> in a test.
/// </summary>
/// <typeparam name="TIn">The type of the block's input.</typeparam>
/// <typeparam name="TOut">The type of the block's output.</typeparam>
public abstract class BlockContract<TIn, TOut> : Contract
{
    /// <summary>
    /// The moments, in milliseconds after the start, at which turns are interrupted: before the block begins, and while it works.
    /// </summary>
    static readonly int[] Moments = [0, 1, 5, 50];

    /// <summary>Initializes a new instance.</summary>
    protected BlockContract()
    {
    }

    /// <summary>Gets the inputs on which the block is tested; at least two.</summary>
    protected abstract IReadOnlyList<TIn> Inputs { get; }

    /// <summary>Gets a value that indicates whether equal inputs give equal outputs. The default is <see langword="true"/>.</summary>
    protected virtual bool IsDeterministic => true;

    /// <inheritdoc/>
    public override IReadOnlyList<ContractCheck> Checks =>
    [
        new("InvokeAsync, many turns at once: each gets the output that it gets alone", ManyTurnsAtOnceAsync),
        new("InvokeAsync, turn interrupted: the block respects its token, returns its lease and serves the next turn", InterruptedAsync),
        new("InvokeAsync, token canceled before: the turn ends without an output", CanceledBeforeAsync),
    ];

    /// <summary>Creates the block to test.</summary>
    /// <returns>The block.</returns>
    protected abstract IBlock<TIn, TOut> Create();

    /// <summary>Determines whether two outputs are equal. By default, with the type's own equality.</summary>
    /// <param name="one">An output.</param>
    /// <param name="other">Another output.</param>
    /// <returns><see langword="true"/> if they are equal.</returns>
    protected virtual bool AreEqual(TOut one, TOut other) => EqualityComparer<TOut>.Default.Equals(one, other);

    /// <summary>Creates the options of the chain in which the block is tested, for example with the devices that it requests.</summary>
    /// <returns>The options.</returns>
    protected virtual ChainOptions CreateOptions() => new() { Grace = TimeSpan.FromSeconds(5) };

    /// <summary>Sets the options of the block in the chain, for example its device.</summary>
    /// <param name="setup">The options.</param>
    protected virtual void Configure(BlockSetup<TIn, TOut> setup)
    {
    }

    Chain<TIn, TOut> Build()
    {
        Verify.True(Inputs.Count >= 2, "Inputs has at least two values");
        return Chain.From<TIn>("contract").Then("block", Create(), Configure).Build(CreateOptions());
    }

    async Task ManyTurnsAtOnceAsync()
    {
        await using Chain<TIn, TOut> chain = Build();
        await chain.WarmUpAsync().ConfigureAwait(false);
        List<TOut> alone = [];
        foreach (TIn input in Inputs)
        {
            alone.Add(await chain.RunAsync(input).ConfigureAwait(false));
        }

        TOut[] together = await Task.WhenAll(
            Enumerable.Range(0, 32).SelectMany(_ => Inputs).Select(input => chain.RunAsync(input).AsTask()))
            .ConfigureAwait(false);
        for (int i = 0; IsDeterministic && i < together.Length; i++)
        {
            Verify.True(AreEqual(alone[i % Inputs.Count], together[i]), $"the output for input {i % Inputs.Count} is the same beside other turns");
        }
    }

    async Task InterruptedAsync()
    {
        await using Chain<TIn, TOut> chain = Build();
        await chain.WarmUpAsync().ConfigureAwait(false);
        foreach (int milliseconds in Moments)
        {
            Turn<TOut> turn = chain.Start(Inputs[0]);
            await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System).ConfigureAwait(false);
            await turn.DisposeAsync().ConfigureAwait(false);
            TurnOutcome outcome = (await turn.Completion.ConfigureAwait(false)).Outcome;
            Verify.True(outcome is TurnOutcome.Interrupted or TurnOutcome.Completed, $"the outcome {outcome} is Interrupted or Completed");
            TurnQuiescence quiet = await turn.WhenQuiescentAsync().ConfigureAwait(false);
            Verify.True(quiet.Blocks.All(b => !b.Detached), $"the block ends within the grace, interrupted after {milliseconds} ms");
        }

        await Verify.InTimeAsync(chain.RunAsync(Inputs[1]).AsTask(), "the block serves the turn after interrupted ones")
            .ConfigureAwait(false);
        Verify.Equal(0, chain.DetachedBlocks);
        await Verify.EventuallyAsync(() => chain.Devices.OpenLeases == 0).ConfigureAwait(false);
    }

    async Task CanceledBeforeAsync()
    {
        await using Chain<TIn, TOut> chain = Build();
        await Verify.ThrowsAsync<OperationCanceledException>(
            () => chain.RunAsync(Inputs[0], new CancellationToken(canceled: true)).AsTask())
            .ConfigureAwait(false);
        Verify.Equal(0, chain.LiveTurns);
    }
}

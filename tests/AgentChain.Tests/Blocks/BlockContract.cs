using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Blocks;

/// <summary>What every <see cref="IBlock{TIn,TOut}"/> must do; derive from it and give yours.</summary>
/// <typeparam name="TIn">What the block takes.</typeparam>
/// <typeparam name="TOut">What it makes.</typeparam>
public abstract class BlockContract<TIn, TOut>
{
    /// <summary>Makes the block under test.</summary>
    protected abstract IBlock<TIn, TOut> Make();

    /// <summary>Gives some inputs it can work on; at least two.</summary>
    protected abstract IReadOnlyList<TIn> Inputs { get; }

    /// <summary>Whether two outputs are the same.</summary>
    protected virtual bool AreEqual(TOut one, TOut other) => EqualityComparer<TOut>.Default.Equals(one, other);

    /// <summary>Whether the same input gives the same output, which only chance or the world outside can prevent.</summary>
    protected virtual bool IsDeterministic => true;

    [Fact]
    public async Task InvokeAsync_ManyTurnsAtOnce_EachGetsWhatItGetsAlone()
    {
        await using Chain<TIn, TOut> chain = Chain.From<TIn>("contract").Then("block", Make()).Build();
        await chain.WarmUpAsync();
        List<TOut> alone = [];
        foreach (TIn input in Inputs)
        {
            alone.Add(await chain.RunAsync(input));
        }

        TOut[] together = await Task.WhenAll(Enumerable.Range(0, 32).SelectMany(_ => Inputs).Select(input => chain.RunAsync(input).AsTask()));
        if (IsDeterministic)
        {
            Assert.All(together.Index(), made => Assert.True(AreEqual(alone[made.Index % Inputs.Count], made.Item)));
        }
    }

    [Fact]
    public async Task InvokeAsync_TurnInterrupted_ObeysItsTokenAndStillServesTheNext()
    {
        await using Chain<TIn, TOut> chain = Chain.From<TIn>("contract").Then("block", Make()).Build(new ChainOptions { Grace = 5.Seconds() });
        await chain.WarmUpAsync();
        Turn<TOut> turn = chain.Start(Inputs[0]);
        await turn.DisposeAsync();
        TurnResult result = await turn.Completion;
        Assert.Contains(result.Outcome, new[] { TurnOutcome.Interrupted, TurnOutcome.Completed });
        await chain.RunAsync(Inputs[1]);
        Assert.Equal(0, chain.DetachedBlocks);
        await Eventually.Async(() => chain.Devices.OpenLeases == 0);
    }

    [Fact]
    public async Task InvokeAsync_TokenHasFiredAlready_EndsAtOnce()
    {
        await using Chain<TIn, TOut> chain = Chain.From<TIn>("contract").Then("block", Make()).Build();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await chain.RunAsync(Inputs[0], new CancellationToken(true)));
        Assert.Equal(0, chain.LiveTurns);
    }
}

public sealed class DelayingBlockTests : BlockContract<int, string>
{
    protected override IReadOnlyList<int> Inputs => [1, 2, 3];

    protected override IBlock<int, string> Make() => new Delaying();

    sealed class Delaying : IBlock<int, string>
    {
        public async ValueTask<string> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken)
        {
            await Task.Delay(input.Milliseconds(), context.Time, cancellationToken);
            return $"{input}";
        }
    }
}

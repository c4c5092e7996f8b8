using AgentChain.Blocks.Retrying;
using AgentChain.Simulation;
using AgentChain.Testing;

namespace AgentChain.Docs.Tests.Snippets;

/// <summary>The code of docs/how-to/add-a-block.md.</summary>
public sealed class RetryingBlockTests
{
    [Fact]
    public async Task InvokeAsync_Alone_ReturnsTheBlocksValue()
    {
        #region alone
        var test = new TestBlockContext { BlockName = "retrying" };
        Assert.Equal(1, await new RetryingBlock<int, int>(new Same(), 3, 1.Milliseconds()).InvokeAsync(1, test.Context, CancellationToken.None));
        #endregion
    }

    [Fact]
    public Task RetryingBlock_Contract_Holds() => new RetryingBlockContract().VerifyAsync();

    [Fact]
    public void RunAsync_TwoFailures_TheThirdAttemptSucceedsAfterTwoPauses() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("c")
            .Then("retry", new RetryingBlock<int, int>(new Failing(2), 3, 10.Milliseconds()))
            .Build(world.Options());
        Assert.Equal(1, await chain.RunAsync(1));
        Assert.Equal(20.Milliseconds(), world.Elapsed);
    });

    [Fact]
    public void Interrupt_DuringAPause_EndsTheTurnAtOnce() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("c")
            .Then("retry", new RetryingBlock<int, int>(new Failing(2), 3, 10.Seconds()))
            .Build(world.Options());
        await using Turn<int> turn = chain.Start(1);
        await world.Delay(5);
        turn.Interrupt();
        await turn.WhenQuiescentAsync();
        Assert.Equal((TurnOutcome.Interrupted, 5.Milliseconds()), ((await turn.Completion).Outcome, world.Elapsed));
    });

    #region contract
    sealed class RetryingBlockContract : BlockContract<int, int>
    {
        protected override IReadOnlyList<int> Inputs => [1, 2, 3];

        protected override IBlock<int, int> Create() => new RetryingBlock<int, int>(new Same(), 3, 1.Milliseconds());

        sealed class Same : IBlock<int, int>
        {
            public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => new(input);
        }
    }
    #endregion

    sealed class Same : IBlock<int, int>
    {
        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => new(input);
    }

    sealed class Failing(int times) : IBlock<int, int>
    {
        int _left = times;

        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) =>
            _left-- > 0 ? throw new TimeoutException("not yet") : new(input);
    }
}

using AgentChain.Testing;

namespace AgentChain.Tests.Testing;

/// <summary>The contract of blocks: one that keeps it passes, and each way to break it is noticed.</summary>
public sealed class BlockContractTests
{
    [Fact]
    public Task VerifyAsync_BlockThatKeepsIt_Passes() => new Contract(async (x, token) =>
    {
        await Task.Delay(x.Milliseconds(), TimeProvider.System, token);
        return x;
    }).VerifyAsync();

    [Fact]
    public async Task VerifyAsync_BlockMixesUpItsTurns_IsNoticed()
    {
        int last = 0;
        ContractException error = await Assert.ThrowsAsync<ContractException>(() => new Contract(async (x, _) =>
        {
            last = x;
            await Task.Delay(5);
            return last;
        }).VerifyAsync());
        Assert.Contains("many turns at once", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VerifyAsync_BlockIgnoresItsToken_IsNoticed()
    {
        // Turns 1 to 66 are those that run alone and at once; from then on, those that are interrupted.
        using var never = new CancellationTokenSource();
        int runs = 0;
        var contract = new Contract(async (x, _) =>
        {
            await (Interlocked.Increment(ref runs) > 66 && x == 1 ? Task.Delay(Timeout.Infinite, never.Token) : Task.Delay(5));
            return x;
        });
        ContractException error = await Assert.ThrowsAsync<ContractException>(() => contract.VerifyAsync().WaitAsync(60.Seconds()));
        never.Cancel();
        Assert.Contains("turn interrupted", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData()]
    [InlineData(1)]
    public async Task VerifyAsync_TooFewInputs_IsRefused(params int[] inputs)
    {
        ContractException error = await Assert.ThrowsAsync<ContractException>(
            () => new Contract((x, _) => Task.FromResult(x), inputs).VerifyAsync().WaitAsync(60.Seconds()));
        Assert.Contains("Inputs has at least two values", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InTimeAsync_WorkEndsNever_SaysWhatIsMissing()
    {
        Task never = new TaskCompletionSource().Task;
        ContractException error = await Assert.ThrowsAsync<ContractException>(() => Verify.InTimeAsync(never, "the block serves", 1.Milliseconds()));
        Assert.Contains("'the block serves' did not come to hold", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InTimeAsync_WorkFails_FailsWithItsError() => await Assert.ThrowsAsync<FormatException>(
        () => Verify.InTimeAsync(Task.FromException(new FormatException()), "the block serves"));

    sealed class Contract(Func<int, CancellationToken, Task<int>> run, IReadOnlyList<int>? inputs = null) : BlockContract<int, int>
    {
        protected override IReadOnlyList<int> Inputs => inputs ?? [1, 2];

        protected override ChainOptions CreateOptions() => new() { Grace = 50.Milliseconds() };

        protected override IBlock<int, int> Create() => new Block(run);
    }

    sealed class Block(Func<int, CancellationToken, Task<int>> run) : IBlock<int, int>
    {
        public async ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => await run(input, cancellationToken);
    }
}

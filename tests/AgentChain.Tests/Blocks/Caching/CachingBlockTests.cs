using AgentChain.Blocks.Caching;
using Microsoft.Extensions.Time.Testing;

namespace AgentChain.Tests.Blocks.Caching;

public class CachingBlockTests
{
    [Fact]
    public async Task InvokeAsync_SameKeyAgain_RunsTheBlockOnce()
    {
        var block = new Counting();
        await using Chain<string, string> chain = Over(block.Cached(s => s.ToUpperInvariant()));
        Assert.Equal("a 1", await chain.RunAsync("a"));
        Assert.Equal("a 1", await chain.RunAsync("A"));
        Assert.Equal("b 2", await chain.RunAsync("b"));
        Assert.Equal(2, block.Runs);
    }

    [Fact]
    public async Task InvokeAsync_Full_DropsTheLeastRecentlyUsed()
    {
        var block = new Counting();
        CachingBlock<string, string, string> cached = block.Cached(new CachingBlockOptions { Capacity = 2 });
        await using Chain<string, string> chain = Over(cached);
        foreach (string input in new[] { "a", "b", "a", "c", "a", "b" })
        {
            await chain.RunAsync(input);
        }

        Assert.Equal(4, block.Runs);
        Assert.Equal(2, cached.Count);
        cached.Clear();
        Assert.Equal(0, cached.Count);
    }

    [Fact]
    public async Task InvokeAsync_Expired_RunsAgain()
    {
        var block = new Counting();
        var time = new FakeTimeProvider();
        await using Chain<string, string> chain = Chain.From<string>("cached")
            .Then("block", block.Cached(new CachingBlockOptions { Lifetime = 10.Seconds() }))
            .Build(new ChainOptions { TimeProvider = time });
        await chain.RunAsync("a");
        time.Advance(9.Seconds());
        await chain.RunAsync("a");
        Assert.Equal(1, block.Runs);
        time.Advance(1.Seconds());
        await chain.RunAsync("a");
        Assert.Equal(2, block.Runs);
    }

    [Fact]
    public async Task InvokeAsync_Fails_IsNotKept()
    {
        var block = new Counting { FailOn = 1 };
        await using Chain<string, string> chain = Over(block.Cached());
        await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.RunAsync("a"));
        Assert.Equal("a 2", await chain.RunAsync("a"));
    }

    [Fact]
    public async Task InvokeAsync_ManyAtOnce_ShareOneRun()
    {
        var block = new Counting { Gate = new() };
        await using Chain<string, string> chain = Over(block.Cached());
        Task<string>[] turns = [.. Enumerable.Range(0, 20).Select(_ => chain.RunAsync("a").AsTask())];
        await block.Begun.Task;
        block.Gate.SetResult();
        Assert.All(await Task.WhenAll(turns), answer => Assert.Equal("a 1", answer));
        Assert.Equal(1, block.Runs);
    }

    [Fact]
    public async Task InvokeAsync_RunningTurnInterrupted_TheNextRunsItself()
    {
        var block = new Counting { Gate = new() };
        await using Chain<string, string> chain = Over(block.Cached());
        using var stop = new CancellationTokenSource();
        Task<string> first = chain.RunAsync("a", stop.Token).AsTask();
        await block.Begun.Task;
        Task<string> second = chain.RunAsync("a").AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        // The turn's end is known before its token has reached the block.
        await block.BegunAgain.Task;
        block.Gate.SetResult();
        Assert.Equal("a 2", await second);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, 0)]
    public void Constructor_BadOptions_Throws(int capacity, int? seconds) => Assert.Throws<ArgumentOutOfRangeException>(() =>
        new Counting().Cached(new CachingBlockOptions { Capacity = capacity, Lifetime = seconds?.Seconds() }));

    static Chain<string, string> Over(IBlock<string, string> block) => Chain.From<string>("cached").Then("block", block).Build();

    sealed class Counting : IBlock<string, string>
    {
        int _runs;

        public int Runs => _runs;

        public int FailOn { get; init; }

        public TaskCompletionSource? Gate { get; init; }

        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource BegunAgain { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async ValueTask<string> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken)
        {
            int run = Interlocked.Increment(ref _runs);
            (run == 1 ? Begun : BegunAgain).TrySetResult();
            if (Gate is not null)
            {
                await Gate.Task.WaitAsync(cancellationToken);
            }

            return run == FailOn ? throw new InvalidOperationException("no") : $"{input} {run}";
        }
    }
}

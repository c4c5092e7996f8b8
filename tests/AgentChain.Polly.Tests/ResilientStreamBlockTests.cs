using System.Runtime.CompilerServices;
using AgentChain.Simulation;
using Polly;
using Polly.Hedging;
using Polly.Timeout;

namespace AgentChain.Polly.Tests;

/// <summary>Pipelines around streaming blocks: they end with the first item.</summary>
public sealed class ResilientStreamBlockTests
{
    [Fact]
    public void Retry_FailsBeforeTheFirstItem_TheStreamIsOpenedAgain() => VirtualWorld.Run(async world =>
    {
        var block = new FlakyStream((attempt, context, token) => Items(context, attempt < 3 ? 0 : 2, token));
        await using StreamChain<string, string> chain = One(block, world, p => p.AddRetry(ResilientBlockTests.Every100));

        Assert.Equal(["0", "1"], await chain.RunToListAsync("q"));
        Assert.Equal((3, 0), (block.Attempts, block.Open));
        Assert.Equal(250.Milliseconds(), world.Elapsed); // three openings of 10 ms, two delays, and the second item or error
    });

    [Fact]
    public void Retry_FailsAfterTheFirstItem_TheErrorFollowsTheItemAndNothingIsRepeated() => VirtualWorld.Run(async world =>
    {
        var block = new FlakyStream((_, context, token) => Items(context, 1, token));
        await using StreamChain<string, string> chain = One(block, world, p => p.AddRetry(ResilientBlockTests.Every100));
        Turn<string> turn = chain.Start("q");
        List<string> read = [];
        var error = await Assert.ThrowsAsync<BlockFailedException>(async () =>
        {
            await foreach (string item in turn.Output)
            {
                read.Add(item);
            }
        });

        Assert.Equal(["0"], read);
        Assert.IsType<IOException>(error.InnerException);
        Assert.Equal((1, 0), (block.Attempts, block.Open));
    });

    [Fact]
    public void Timeout_FirstItemInTime_TheRestMayTakeLonger() => VirtualWorld.Run(async world =>
    {
        var block = new FlakyStream((_, context, token) => Slowly(context, token, 40, 500, 500));
        await using StreamChain<string, string> chain = One(block, world, p => p.AddTimeout(50.Milliseconds()));

        Assert.Equal(["40", "500", "500"], await chain.RunToListAsync("q"));
        Assert.Equal(1040.Milliseconds(), world.Elapsed);
    });

    [Fact]
    public void Timeout_FirstItemIsLate_TheStreamIsClosedAndTheNextOneServes() => VirtualWorld.Run(async world =>
    {
        var block = new FlakyStream((attempt, context, token) => attempt == 1 ? Slowly(context, token, 5000) : Slowly(context, token, 20, 30));
        await using StreamChain<string, string> chain = One(
            block, world, p => p.AddRetry(ResilientBlockTests.Every100).AddTimeout(50.Milliseconds()));

        Assert.Equal(["20", "30"], await chain.RunToListAsync("q"));
        Assert.Equal((2, 0), (block.Attempts, block.Open));
        Assert.Equal(200.Milliseconds(), world.Elapsed);
    });

    [Fact]
    public void Timeout_NoItemAndNoAttemptLeft_TheTurnFailsWithPollysError() => VirtualWorld.Run(async world =>
    {
        var block = new FlakyStream((_, context, token) => Slowly(context, token, 5000));
        await using StreamChain<string, string> chain = One(block, world, p => p.AddTimeout(50.Milliseconds()));

        var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.RunToListAsync("q").AsTask());

        Assert.IsType<TimeoutRejectedException>(error.InnerException);
        Assert.Equal(0, block.Open);
    });

    [Fact]
    public void Interrupt_AfterTheFirstItem_TheBlocksTokenIsCanceled() => VirtualWorld.Run(async world =>
    {
        var block = new FlakyStream((_, context, token) => Slowly(context, token, 10, 60_000));
        await using StreamChain<string, string> chain = One(block, world, p => p.AddTimeout(1.Seconds()));
        Turn<string> turn = chain.Start("q");
        await world.Delay(100.Milliseconds());
        turn.Interrupt();
        await turn.WhenQuiescentAsync();

        Assert.Equal((0, 0L), (block.Open, chain.DetachedBlocks));
        Assert.Equal(100.Milliseconds(), world.Elapsed);
    });

    [Fact]
    public void Interrupt_DuringADelay_NoStreamIsOpenedAgain() => VirtualWorld.Run(async world =>
    {
        var block = new FlakyStream((_, context, token) => Items(context, 0, token));
        await using StreamChain<string, string> chain = One(block, world, p => p.AddRetry(ResilientBlockTests.Every100));
        Turn<string> turn = chain.Start("q");
        await world.Delay(50.Milliseconds());
        turn.Interrupt();
        await world.Delay(10.Seconds());

        Assert.Equal((1, 0), (block.Attempts, block.Open));
    });

    [Fact]
    public void EmptyStream_IsAnAnswer_AndIsNotRepeated() => VirtualWorld.Run(async world =>
    {
        var block = new FlakyStream((_, context, token) => Slowly(context, token));
        await using StreamChain<string, string> chain = One(block, world, p => p.AddRetry(ResilientBlockTests.Every100));

        Assert.Empty(await chain.RunToListAsync("q"));
        Assert.Equal((1, 0), (block.Attempts, block.Open));
    });

    [Fact]
    public void NullStream_NamesTheBlock() => VirtualWorld.Run(async world =>
    {
        var block = new FlakyStream((_, _, _) => null!);
        await using StreamChain<string, string> chain = One(block, world, p => p.AddTimeout(1.Seconds()));

        var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.RunToListAsync("q").AsTask());

        Assert.Contains("'flaky' returned null", error.InnerException!.Message, StringComparison.Ordinal);
    });

    [Fact]
    public void LostAttempt_HasOpenedItsStream_TheStreamIsClosed() => VirtualWorld.Run(async world =>
    {
        // The predicate rejects the first opened stream, as a strategy that looks at results may.
        int handled = 0;
        var block = new FlakyStream((attempt, context, token) => Slowly(context, token, 10 * attempt, 1));
        await using StreamChain<string, string> chain = One(block, world, p => p.AddRetry(new()
        {
            Delay = 100.Milliseconds(),
            ShouldHandle = args => new(args.Outcome.Exception is null && handled++ == 0),
        }));

        Assert.Equal(["20", "1"], await chain.RunToListAsync("q"));
        Assert.Equal((2, 0), (block.Attempts, block.Open));
    });

    [Fact]
    public void WithResilience_BadArguments_AreRefused()
    {
        var block = new FlakyStream((_, _, _) => null!);
        Assert.Throws<ArgumentNullException>("block", () => ((IStreamBlock<string, string>)null!).WithResilience(ResiliencePipeline.Empty));
        Assert.Throws<ArgumentNullException>("pipeline", () => block.WithResilience(null!));
    }

    static StreamChain<string, string> One(FlakyStream block, VirtualWorld world, Action<ResiliencePipelineBuilder> add) =>
        Chain.From<string>("c").Stream("flaky", block.WithResilience(ResilientBlockTests.Pipe(world, add))).Build(world.Options());

    /// <summary>Gives some items, one each 10 ms; fewer than two end with an error.</summary>
    static async IAsyncEnumerable<string> Items(BlockContext context, int count, [EnumeratorCancellation] CancellationToken token)
    {
        for (int i = 0; i < count; i++)
        {
            await Task.Delay(10.Milliseconds(), context.Time, token);
            yield return $"{i}";
        }

        await Task.Delay(10.Milliseconds(), context.Time, token);
        if (count < 2)
        {
            throw new IOException("cut");
        }
    }

    static async IAsyncEnumerable<string> Slowly(BlockContext context, [EnumeratorCancellation] CancellationToken token, params int[] waits)
    {
        foreach (int wait in waits)
        {
            await Task.Delay(wait.Milliseconds(), context.Time, token);
            yield return $"{wait}";
        }
    }
}

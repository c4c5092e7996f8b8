using System.Threading.Tasks.Dataflow;

namespace AgentChain.Tests.Engine;

/// <summary>
/// The behavior of TPL Dataflow that the library relies on or works around; these tests detect a runtime that changes it.
/// </summary>
public class DataflowContractTests
{
    static readonly AsyncLocal<string?> Ambient = new();

    [Fact]
    public async Task Post_ToAFullBoundedBlock_IsFalseAndSendAsyncWaits()
    {
        var go = new TaskCompletionSource();
        var block = new ActionBlock<int>(_ => go.Task, new ExecutionDataflowBlockOptions { BoundedCapacity = 1 });
        Assert.True(block.Post(1));
        Assert.False(block.Post(2));
        Task<bool> sending = block.SendAsync(3);
        Assert.False(sending.IsCompleted);
        go.SetResult();
        Assert.True(await sending);
        block.Complete();
        Assert.False(block.Post(4));
        Assert.False(await block.SendAsync(5));
    }

    [Fact]
    public async Task BoundedCapacity_ValueInWork_CountsUntilItsTaskEnds()
    {
        var go = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        var block = new ActionBlock<int>(
            async _ =>
            {
                begun.TrySetResult();
                await go.Task;
            },
            new ExecutionDataflowBlockOptions { BoundedCapacity = 2, MaxDegreeOfParallelism = DataflowBlockOptions.Unbounded });
        Assert.True(block.Post(1));
        await begun.Task;
        Assert.Equal(0, block.InputCount);
        Assert.True(block.Post(2));
        Assert.False(block.Post(3));
        go.SetResult();
        await Eventually.Async(() => block.Post(4));
    }

    [Fact]
    public async Task OperationCanceled_InATransform_MakesItsMessageVanish()
    {
        var block = new TransformBlock<int, int>(x => x == 2 ? throw new OperationCanceledException() : x);
        foreach (int x in new[] { 1, 2, 3 })
        {
            block.Post(x);
        }

        block.Complete();
        Assert.Equal([1, 3], await block.ReceiveAllAsync().ToListAsync());
        await block.Completion;
        Assert.Equal(TaskStatus.RanToCompletion, block.Completion.Status);
    }

    [Fact]
    public async Task Exception_InABlock_FaultsItForGoodAndLosesWhatWaits()
    {
        var block = new ActionBlock<int>(x => x == 1 ? throw new InvalidDataException() : Task.CompletedTask);
        block.Post(1);
        await Assert.ThrowsAsync<InvalidDataException>(() => block.Completion);
        Assert.False(block.Post(2));
    }

    [Fact]
    public async Task EnsureOrdered_Default_HoldsFastResultsBehindSlowOnes()
    {
        foreach (bool ordered in new[] { true, false })
        {
            var slow = new TaskCompletionSource();
            var block = new TransformBlock<int, int>(
                async x =>
                {
                    if (x == 1)
                    {
                        await slow.Task;
                    }

                    return x;
                },
                new ExecutionDataflowBlockOptions { MaxDegreeOfParallelism = 2, EnsureOrdered = ordered });
            block.Post(1);
            block.Post(2);
            if (!ordered)
            {
                Assert.Equal(2, await block.ReceiveAsync(TimeSpan.FromSeconds(30)));
            }

            slow.SetResult();
            Assert.Equal(1, await block.ReceiveAsync(TimeSpan.FromSeconds(30)));
        }
    }

    [Fact]
    public async Task FilteredLink_BesideAnUnconditionalNullTarget_LosesValidItemsWhenFull()
    {
        var go = new TaskCompletionSource();
        int played = 0;
        var source = new BufferBlock<int>();
        var player = new ActionBlock<int>(
            async _ =>
            {
                await go.Task;
                Interlocked.Increment(ref played);
            },
            new ExecutionDataflowBlockOptions { BoundedCapacity = 2 });
        source.LinkTo(player, new DataflowLinkOptions { PropagateCompletion = true }, _ => true);
        source.LinkTo(DataflowBlock.NullTarget<int>());
        for (int i = 0; i < 10; i++)
        {
            source.Post(i);
        }

        source.Complete();
        await Eventually.Async(() => source.Count == 0);
        go.SetResult();
        await player.Completion;
        Assert.True(played < 10, "A full target's items went to the discard link.");
    }

    [Fact]
    public async Task FilteredLink_ItemThatNobodyTakes_BlocksAllBehindIt()
    {
        var source = new BufferBlock<int>();
        var taken = new BufferBlock<int>();
        source.LinkTo(taken, x => x != 1);
        source.Post(1);
        source.Post(2);
        await Task.Delay(20);
        Assert.Equal((2, 0), (source.Count, taken.Count));
    }

    [Fact]
    public async Task FanIn_PropagatedCompletion_CompletesOnTheFirstSource()
    {
        var one = new BufferBlock<int>();
        var other = new BufferBlock<int>();
        var target = new BufferBlock<int>();
        one.LinkTo(target, new DataflowLinkOptions { PropagateCompletion = true });
        other.LinkTo(target, new DataflowLinkOptions { PropagateCompletion = true });
        one.Complete();
        await target.Completion;
        Assert.False(target.Post(1));
    }

    [Fact]
    public async Task Context_OfWhoeverWakesTheWorker_FlowsIntoItUnlessSuppressed()
    {
        foreach (bool suppressed in new[] { false, true })
        {
            var seen = new TaskCompletionSource<string?>();
            var block = new ActionBlock<int>(_ => seen.SetResult(Ambient.Value));
            Ambient.Value = "of the poster";
            if (suppressed)
            {
                using (ExecutionContext.SuppressFlow())
                {
                    block.Post(1);
                }
            }
            else
            {
                block.Post(1);
            }

            Assert.Equal(suppressed ? null : "of the poster", await seen.Task);
        }
    }

    [Fact]
    public async Task Context_SetByASynchronousDelegate_IsSeenByTheNextMessage()
    {
        var seen = new List<string?>();
        ActionBlock<int> block;
        using (ExecutionContext.SuppressFlow())
        {
            block = new ActionBlock<int>(x =>
            {
                seen.Add(Ambient.Value);
                Ambient.Value = $"of {x}";
            });
            var gate = new ManualResetEventSlim();
            var scheduler = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
            block = new ActionBlock<int>(
                x =>
                {
                    seen.Add(Ambient.Value);
                    Ambient.Value = $"of {x}";
                },
                new ExecutionDataflowBlockOptions { TaskScheduler = scheduler });
            Task blocked = Task.Factory.StartNew(gate.Wait, default, TaskCreationOptions.None, scheduler);
            block.Post(1);
            block.Post(2);
            gate.Set();
        }

        block.Complete();
        await block.Completion;
        Assert.Equal([null, "of 1"], seen);
    }

    [Fact]
    public async Task AsyncDelegate_ItsSynchronousPart_RunsOneAfterTheOtherWhenOneThreadServes()
    {
        int inside = 0;
        int most = 0;
        var pair = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, 1);
        var block = new ActionBlock<int>(
            async _ =>
            {
                most = Math.Max(most, Interlocked.Increment(ref inside));
                Interlocked.Decrement(ref inside);
                await Task.Yield();
            },
            new ExecutionDataflowBlockOptions { MaxDegreeOfParallelism = 4, TaskScheduler = pair.ExclusiveScheduler });
        for (int i = 0; i < 20; i++)
        {
            block.Post(i);
        }

        block.Complete();
        await block.Completion;
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task MaxDegreeOfParallelism_AsyncDelegate_CountsPendingTasks()
    {
        int begun = 0;
        var go = new TaskCompletionSource();
        var block = new ActionBlock<int>(
            async _ =>
            {
                Interlocked.Increment(ref begun);
                await go.Task;
            },
            new ExecutionDataflowBlockOptions { MaxDegreeOfParallelism = 3 });
        for (int i = 0; i < 10; i++)
        {
            block.Post(i);
        }

        await Eventually.Async(() => Volatile.Read(ref begun) == 3);
        await Task.Delay(20);
        Assert.Equal(3, begun);
        go.SetResult();
        block.Complete();
        await block.Completion;
        Assert.Equal(10, begun);
    }

    [Fact]
    public async Task CancellationToken_OfABlock_IsPermanentAndDropsWhatWaits()
    {
        using var source = new CancellationTokenSource();
        var block = new TransformBlock<int, int>(x => x, new ExecutionDataflowBlockOptions { CancellationToken = source.Token });
        block.Post(1);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => block.Completion);
        Assert.False(block.Post(2));
    }

    [Fact]
    public async Task SendAsync_WithAToken_GivesUpAndLeavesNoMessageBehind()
    {
        var go = new TaskCompletionSource();
        List<int> seen = [];
        var block = new ActionBlock<int>(
            async x =>
            {
                seen.Add(x);
                await go.Task;
            },
            new ExecutionDataflowBlockOptions { BoundedCapacity = 1 });
        block.Post(1);
        using var source = new CancellationTokenSource();
        Task<bool> sending = block.SendAsync(2, source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        go.SetResult();
        Assert.True(await block.SendAsync(3));
        block.Complete();
        await block.Completion;
        Assert.Equal([1, 3], seen);
    }

    [Fact]
    public async Task SendAsync_SeveralWaiting_AreTakenInTheOrderOfTheirOffer()
    {
        var go = new TaskCompletionSource();
        List<int> seen = [];
        var block = new ActionBlock<int>(
            async x =>
            {
                await go.Task;
                seen.Add(x);
            },
            new ExecutionDataflowBlockOptions { BoundedCapacity = 1 });
        Task<bool>[] sending = [.. Enumerable.Range(0, 50).Select(i => block.SendAsync(i))];
        go.SetResult();
        await Task.WhenAll(sending);
        block.Complete();
        await block.Completion;
        Assert.Equal(Enumerable.Range(0, 50), seen);
    }
}

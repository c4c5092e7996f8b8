using System.Threading.Tasks.Dataflow;
using System.Threading.Tasks.Sources;
using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

/// <summary>
/// Law 5: whatever an awaitable or a task scheduler does, Dataflow blocks do not see it. The turn fails, and the chain continues.
/// </summary>
public class AwaitableTests
{
    static readonly TimeSpan Never = TimeSpan.FromSeconds(30);

    public enum Lie
    {
        Stale,
        AskedThrows,
        RegisteringThrows,
        RegisteringThrowsAndCompletes,
        CompletesTwice,
        ResultThrows,
    }

    public static TheoryData<Lie, int?> Lies()
    {
        var data = new TheoryData<Lie, int?>();
        foreach (Lie lie in Enum.GetValues<Lie>())
        {
            data.Add(lie, null);
            data.Add(lie, 1);
            data.Add(lie, 3);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task Block_ReturnsAnAwaitableThatMisbehaves_OnlyItsTurnFails(Lie lie, int? concurrency)
    {
        var source = new Lying(lie);
        Chain<int, int> chain = Chain.From<int>("lies")
            .Then("bad", (int x, CancellationToken _) => x < 0 ? source.Next() : YieldAsync(x), o => _ = concurrency is { } turns ? o.Concurrency(turns) : o.Queued())
            .Build();
        for (int i = 1; i < 50; i++)
        {
            Task<TurnResult> bad = chain.Start(-i).Completion;
            Task<int>[] good = [.. Enumerable.Range(i, 4).Select(n => chain.RunAsync(n).AsTask())];
            TurnResult result = await bad.WaitAsync(Never);
            if (result.Outcome != TurnOutcome.Completed)
            {
                Assert.Equal((TurnOutcome.Failed, "bad"), (result.Outcome, result.Error!.Block));
            }

            // One that completes and throws may do either first.
            Assert.True(
                lie == Lie.RegisteringThrowsAndCompletes
                || (lie is Lie.CompletesTwice || (lie == Lie.Stale && i == 1)) == (result.Outcome == TurnOutcome.Completed));
            Assert.Equal(Enumerable.Range(i, 4), await Task.WhenAll(good).WaitAsync(Never));
        }

        await chain.DisposeAsync().AsTask().WaitAsync(Never);
        Assert.Equal((0, 0), (chain.LiveTurns, chain.DetachedBlocks));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    public async Task TaskScheduler_RefusesATask_TheTurnFailsAndTheChainGoesOn(int? concurrency)
    {
        var scheduler = new Refusing();
        Chain<int, int> chain = Chain.From<int>("refused")
            .Then("first", (x, _) => YieldAsync(x), o => _ = concurrency is { } turns ? o.Concurrency(turns) : o.Queued())
            .Then("second", x => x, o => o.Queued())
            .Build(new ChainOptions { TaskScheduler = scheduler });
        Assert.Equal(1, await chain.RunAsync(1).AsTask().WaitAsync(Never));
        int refused = 0;
        for (int i = 0; i < 20; i++)
        {
            scheduler.Refuses = true;
            TurnResult result = await chain.Start(1).Completion.WaitAsync(Never);
            scheduler.Refuses = false;
            if (result.Outcome == TurnOutcome.Failed)
            {
                refused++;

                // Where a worker of the first had not yet ended, the value went in without a task.
                Assert.Contains(result.Error!.Block, (string[])["first", "second"]);
                Assert.Contains("TaskScheduler refused", result.Error.Message, StringComparison.Ordinal);
                Assert.IsType<InvalidProgramException>(result.Error.InnerException);
            }

            Assert.Equal(i, await chain.RunAsync(i).AsTask().WaitAsync(Never));
        }

        // A worker that had not yet ended may have needed no further task.
        Assert.True(refused > 0);
        scheduler.Refuses = true;
        await chain.DisposeAsync().AsTask().WaitAsync(Never);
        Assert.Equal(0, chain.LiveTurns);
    }

    /// <summary>A fallback, too, is started on the scheduler, by the thread that watches the deadlines.</summary>
    [Fact]
    public async Task TaskScheduler_RefusesAFallback_TheDeadlinesGoOn()
    {
        var scheduler = new Refusing();
        await using Chain<int, int> chain = Chain.From<int>("refused")
            .Then("late", async (int x, CancellationToken token) =>
            {
                scheduler.Refuses = true;
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
                return x;
            }, o => o.Budget(20.Milliseconds()).OnOverrun(Overrun.Fallback(7)))
            .Build(new ChainOptions { TaskScheduler = scheduler });
        for (int i = 0; i < 3; i++)
        {
            scheduler.Refuses = false;
            Assert.Equal(7, await chain.RunAsync(1).AsTask().WaitAsync(Never));
        }
    }

    [Fact]
    public async Task TaskScheduler_RefusedOtherWorkOfThisThread_TheNextTurnIsNotTouched()
    {
        var scheduler = new Refusing();
        await using Chain<int, int> chain = Chain.From<int>("refused").Then("queued", x => x, o => o.Queued()).Build(new ChainOptions { TaskScheduler = scheduler });
        IPropagatorBlock<int, int> block = chain.AsPropagatorBlock();
        scheduler.Refuses = true;
        Assert.True(block.Post(1));
        scheduler.Refuses = false;
        Turn<int> turn = chain.Start(2);
        Assert.Equal(TurnOutcome.Completed, (await turn.Completion.WaitAsync(Never)).Outcome);
        Assert.Equal(1, await block.ReceiveAsync(Never));
    }

    [Fact]
    public async Task TaskScheduler_RefusesAFallback_ItIsLogged()
    {
        // The budget is long enough for the block to begin on a busy machine.
        var scheduler = new Refusing();
        var log = new CollectingLogger();
        await using Chain<int, int> chain = Chain.From<int>("refused")
            .Then("late", async (int x, CancellationToken token) =>
            {
                scheduler.Refuses = true;
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
                return x;
            }, o => o.Budget(1.Seconds()).OnOverrun(Overrun.Fallback(7)))
            .Build(new ChainOptions { TaskScheduler = scheduler, LoggerFactory = log });
        Assert.Equal(7, await chain.RunAsync(1).AsTask().WaitAsync(Never));
        await Eventually.Async(() => log.Messages.Contains("refused: the chain's task scheduler refused a task with System.InvalidProgramException."));
    }

    /// <summary>A worker that blocks its thread keeps neither the block's only place nor its queue.</summary>
    [Fact]
    public async Task Block_BlocksItsThreadForEver_ItIsDetachedAndTheNextTurnRuns()
    {
        using var never = new ManualResetEventSlim();
        await using Chain<int, int> chain = Chain.From<int>("blocked")
            .Then("only one", (int x, CancellationToken _) =>
            {
                if (x == 0)
                {
                    never.Wait();
                }

                return ValueTask.FromResult(x);
            }, o => o.Concurrency(1))
            .Build(new ChainOptions { Grace = 10.Milliseconds() });
        Turn<int> stuck = chain.Start(0);
        await Eventually.Async(() => chain.LiveTurns == 1);
        stuck.Interrupt();
        Assert.Equal(1, await chain.RunAsync(1).AsTask().WaitAsync(Never));
        never.Set();
        await Eventually.Async(() => chain.DetachedBlocks == 0);
    }

    static async ValueTask<int> YieldAsync(int x)
    {
        await Task.Yield();
        return x;
    }

    sealed class Refusing : TaskScheduler
    {
        public volatile bool Refuses;

        protected override void QueueTask(Task task)
        {
            if (Refuses)
            {
                throw new InvalidProgramException("no room");
            }

            ThreadPool.UnsafeQueueUserWorkItem(_ => TryExecuteTask(task), null);
        }

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

        protected override IEnumerable<Task> GetScheduledTasks() => [];
    }

    sealed class Lying(Lie lie) : IValueTaskSource<int>
    {
        short _version;
        bool _completed;

        public ValueTask<int> Next()
        {
            if (lie != Lie.Stale)
            {
                _completed = false;
                return new(this, ++_version);
            }

            return new(this, 1);
        }

        public int GetResult(short token)
        {
            if (lie is Lie.ResultThrows)
            {
                throw new InvalidDataException();
            }

            _version = lie == Lie.Stale ? (short)2 : _version;
            return 1;
        }

        public ValueTaskSourceStatus GetStatus(short token) => lie switch
        {
            Lie.AskedThrows => throw new InvalidDataException(),
            Lie.Stale when _version == 2 => throw new InvalidOperationException("stale"),
            Lie.Stale => ValueTaskSourceStatus.Succeeded,
            _ => _completed ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending,
        };

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        {
            if (lie == Lie.RegisteringThrows)
            {
                throw new InvalidDataException();
            }

            if (lie == Lie.RegisteringThrowsAndCompletes)
            {
                ThreadPool.QueueUserWorkItem(_ => Complete(continuation, state));
                throw new InvalidDataException();
            }

            ThreadPool.QueueUserWorkItem(_ =>
            {
                Complete(continuation, state);
                continuation(state);
                ThreadPool.QueueUserWorkItem(_ => continuation(state));
            });
        }

        void Complete(Action<object?> continuation, object? state)
        {
            _completed = true;
            continuation(state);
        }
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;

namespace AgentChain.Tests.Engine;

/// <summary>
/// Law 8. Real time is the matter here, so the machine is measured too: a thread that does nothing but wait, beside the chain. That deadlines
/// do not need the pool at all is asserted in every attempt; how late they are counts in the best of several, and there by the median, since
/// on a busy machine any thread is now and then late.
/// </summary>
[Collection(nameof(StarvedPoolCollection))]
public class StarvedPoolTests(ITestOutputHelper output)
{
    const int Turns = 10;
    const int Budget = 150;

    [Fact]
    public async Task Deadlines_OnAStarvedPool_FireWithoutItAndAsPunctuallyAsAThreadThatOnlyWaits()
    {
        List<double> latenessOfEach = [];
        for (int attempt = 0; attempt < 10; attempt++)
        {
            double late = await AttemptAsync();
            latenessOfEach.Add(late);
            if (late <= 5)
            {
                break;
            }
        }

        output.WriteLine($"how much later than a waiting thread the median deadline of each attempt was: {string.Join(", ", latenessOfEach.Select(w => $"{w:0.00} ms"))}");
        Assert.True(latenessOfEach.Min() <= 5, "Deadlines came late in every attempt.");
    }

    /// <summary>
    /// Twenty deadlines while the pool is blocked, which it is until the last of them has fired, measured by the engine's own timestamps. Half
    /// of them are the turn's own, half a block's budget.
    /// </summary>
    static async Task<double> AttemptAsync()
    {
        // Never disposed: work items that begin late still look at it.
        var release = new ManualResetEventSlim();
        int begun = 0;
        await using Chain<int, int> chain = Chain.From<int>("starved")
            .Then("deaf", (int x, CancellationToken _) => Wait(x), o => o.Budget(Budget.Milliseconds()).OnOverrun(Overrun.Cancel))
            .Build(new ChainOptions { Grace = 1.Milliseconds() });
        await using Chain<int, int> whole = Chain.From<int>("starved")
            .Then("deaf", (int x, CancellationToken _) => Wait(x))
            .Build(new ChainOptions { Budget = LatencyBudget.Total(Budget.Milliseconds()), Grace = 1.Milliseconds() });

        // Warm, so that what is measured is not the runtime's compiler.
        await Task.WhenAll(chain.Start(0).Completion, whole.Start(0).Completion);
        Interlocked.Exchange(ref begun, 0);
        var waiter = new WaitingThread(Budget);
        List<Task<TurnResult>> turns = [];
        for (int i = 0; i < Turns; i++)
        {
            turns.Add(chain.Start(1).Completion);
            turns.Add(whole.Start(1).Completion);
            waiter.Begin();
        }

        await Eventually.Async(() => Volatile.Read(ref begun) == turns.Count);
        for (int i = 0; i < 64; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static r => ((ManualResetEventSlim)r!).Wait(), release);
        }

        // A thread of its own watches, and sets the pool free again, whatever state that is in.
        bool allFired = false;
        var watcher = new Thread(() =>
        {
            allFired = SpinWait.SpinUntil(() => turns.TrueForAll(t => t.IsCompleted), TimeSpan.FromSeconds(30));
            release.Set();
        }) { IsBackground = true };
        watcher.UnsafeStart();
        watcher.Join();
        Assert.True(allFired, "Deadlines did not fire before the pool was free.");
        List<double> lateness = [];
        foreach (Task<TurnResult> completion in turns)
        {
            TurnResult result = await completion;
            Assert.Equal(TurnOutcome.DeadlineExceeded, result.Outcome);

            // A block's budget counts from its start, the turn's from its own.
            double from = result.Error!.Block is null ? 0 : result.Report.Spans.Single().Started.TotalMilliseconds;
            double late = result.Report.Elapsed.TotalMilliseconds - from - Budget;
            Assert.True(late >= -0.1, $"A deadline fired {-late} ms early.");
            lateness.Add(late);
        }

        return Median(lateness) - Median(waiter.Lateness);

        static double Median(List<double> all) => all.Order().ElementAt(all.Count / 2);

        async ValueTask<int> Wait(int x)
        {
            Interlocked.Increment(ref begun);
            await Task.Delay(x == 0 ? 1.Milliseconds() : 1.Seconds(), TimeProvider.System, CancellationToken.None);
            return x;
        }
    }

    /// <summary>A thread that waits until given times, as the deadline thread does, and measures how late it wakes.</summary>
    sealed class WaitingThread(int milliseconds)
    {
        readonly BlockingCollection<long> _begun = [];
        Thread? _thread;
        readonly List<double> _lateness = [];

        /// <summary>How many milliseconds late it woke each time.</summary>
        public List<double> Lateness
        {
            get
            {
                _begun.CompleteAdding();
                _thread?.Join();
                return _lateness;
            }
        }

        public void Begin()
        {
            _begun.Add(Stopwatch.GetTimestamp());
            if (_thread is null)
            {
                _thread = new Thread(Wait) { IsBackground = true, Priority = ThreadPriority.Highest };
                _thread.UnsafeStart();
            }
        }

        void Wait()
        {
            using var never = new AutoResetEvent(false);
            foreach (long start in _begun.GetConsumingEnumerable())
            {
                double left = milliseconds - Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                if (left > 0)
                {
                    never.WaitOne((int)Math.Ceiling(left));
                }

                _lateness.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds - milliseconds);
            }
        }
    }

    [Fact]
    public async Task Deadline_WhilePoolThreadsAllBlock_OutcomeIsThereBeforeThePoolIs()
    {
        var release = new ManualResetEventSlim();
        await using Chain<int, int> chain = Chain.From<int>("blocked").Then("blocking", (int x, CancellationToken _) =>
        {
            release.Wait();
            return ValueTask.FromResult(x);
        }).Build(new ChainOptions { Budget = LatencyBudget.Total(50.Milliseconds()), Grace = 1.Milliseconds() });
        Task<TurnResult>[] turns = [.. Enumerable.Range(0, 64).Select(i => chain.Start(i).Completion)];
        var joined = new TaskCompletionSource();
        var watcher = new Thread(() =>
        {
            // Without the pool: reads the tasks' state, does not await them.
            while (turns.Any(t => !t.IsCompleted))
            {
                Thread.Sleep(1);
            }

            release.Set();
            joined.SetResult();
        }) { IsBackground = true };
        watcher.UnsafeStart();
        await joined.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.All(await Task.WhenAll(turns), r => Assert.Equal(TurnOutcome.DeadlineExceeded, r.Outcome));
        await Eventually.Async(() => chain.DetachedBlocks == 0);
    }
}

/// <summary>Tests that take the whole thread pool.</summary>
[CollectionDefinition(nameof(StarvedPoolCollection), DisableParallelization = true)]
public class StarvedPoolCollection;

using AgentChain.Budgets;
using AgentChain.Engine.Deadlines;

namespace AgentChain.Tests.Engine;

/// <summary>
/// Many deadlines in one instant on the thread of the deadlines. The watcher's clock stands, so that the instant is one, and its tests
/// wait for events only.
/// </summary>
public class DeadlineBurstTests
{
    const int Many = 5_000;

    /// <summary>A deadline that passes while others of one instant fire would otherwise wait for all of them.</summary>
    [Fact]
    public async Task Fire_ADeadlinePassesDuringABurst_DoesNotWaitForTheRest()
    {
        var clock = new ManualClock();
        List<int> fired = [];
        var done = new TaskCompletionSource();
        using var watcher = new ThreadDeadlineWatcher(clock, "burst");
        var later = new Entry(() => fired.Add(-1));
        for (int i = 0; i < Many; i++)
        {
            int number = i;
            watcher.Add(
                new Entry(() =>
                {
                    fired.Add(number);
                    if (fired.Count == 1)
                    {
                        clock.Now += 10 * ManualClock.Ms;
                    }
                    else if (fired.Count == Many + 1)
                    {
                        done.SetResult();
                    }
                }),
                100 * ManualClock.Ms);
        }

        watcher.Add(later, 105 * ManualClock.Ms);
        clock.Now = 100 * ManualClock.Ms;
        watcher.Add(new Entry(() => { }), 1);
        await done.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.InRange(fired.IndexOf(-1), 1, Many / 4);
        Assert.Equal(Enumerable.Range(0, Many), fired.Where(n => n >= 0).Order());
    }

    /// <summary>Each end would otherwise search the queues, which makes the work of the instant grow with the square.</summary>
    [Fact]
    public async Task Fire_ManyEndsInOneInstant_DoTheirCommonWorkOnceForABatchAndBeforeTheirSecondParts()
    {
        var clock = new ManualClock();
        List<string> done = [];
        var all = new TaskCompletionSource();
        ThreadDeadlineWatcher watcher = null!;
        watcher = new ThreadDeadlineWatcher(clock, "burst", () => done.Add("common"));
        CancellationTokenSource[] tokens = [.. Enumerable.Range(0, Many).Select(_ => new CancellationTokenSource())];
        int finished = 0;
        int early = 0;
        foreach (CancellationTokenSource token in tokens)
        {
            token.Token.Register(() => early += Volatile.Read(ref finished) < Many ? 1 : 0);
            var end = new End(() =>
            {
                done.Add("second");
                watcher.Cancel(token);
                if (Interlocked.Increment(ref finished) == Many)
                {
                    all.SetResult();
                }
            });
            watcher.Add(
                new Entry(() =>
                {
                    done.Add("first");
                    Assert.True(watcher.TryFinishLater(end));
                }),
                100 * ManualClock.Ms);
        }

        Assert.False(watcher.TryFinishLater(new End(() => { })));
        clock.Now = 100 * ManualClock.Ms;
        watcher.Add(new Entry(() => { }), 1);
        await all.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await Eventually.Async(() => tokens.All(t => t.IsCancellationRequested));
        watcher.Dispose();
        Assert.Equal(0, early);
        Assert.InRange(done.Count(d => d == "common"), 2, Many / 100);
        string state = "second";
        foreach (string next in done)
        {
            Assert.True((state, next) is ("second", "first") or ("first", "first") or ("first", "common") or ("common", "second") or ("second", "second"), $"{next} after {state}");
            state = next;
        }
    }

    sealed class Entry(Action due) : DeadlineEntry
    {
        internal override void OnDue(long now) => due();
    }

    sealed class End(Action finish) : IFinishes
    {
        public void Finish() => finish();
    }

    /// <summary>A clock that only moves by hand. The watcher waits in real time and looks again.</summary>
    sealed class ManualClock : TimeProvider
    {
        public const long Ms = 10_000;
        long _now = 1;

        public long Now
        {
            get => Interlocked.Read(ref _now);
            set => Interlocked.Exchange(ref _now, value);
        }

        public override long TimestampFrequency => 1000 * Ms;

        public override long GetTimestamp() => Now;
    }
}

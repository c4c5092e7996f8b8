using System.Reflection;
using AgentChain.Budgets;
using AgentChain.Engine.Deadlines;
using AgentChain.Engine.Interop;

namespace AgentChain.Tests.Engine;

public class ThreadDeadlineWatcherTests
{
    [Fact]
    public void Dispose_NothingIsWatched_EndsItsThread()
    {
        var watcher = new ThreadDeadlineWatcher(TimeProvider.System, "watcher");
        var entry = new Entry();
        watcher.Add(entry, TimeProvider.System.GetTimestamp() + (TimeProvider.System.TimestampFrequency * 3600));
        watcher.Remove(entry);
        var thread = (Thread)typeof(ThreadDeadlineWatcher).GetField("_thread", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(watcher)!;
        PropertyInfo looksAt = typeof(DeadlineWatcher).GetProperty("LooksAt", BindingFlags.Instance | BindingFlags.NonPublic)!;
        Assert.True(thread.IsAlive);
        Assert.True(
            SpinWait.SpinUntil(() => looksAt.GetValue(watcher) is BudgetClock.Never && thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin), TimeSpan.FromSeconds(60)),
            "It still looks.");
        watcher.Dispose();
        Assert.True(thread.Join(TimeSpan.FromSeconds(60)), "The thread goes on.");
    }

    sealed class Entry : DeadlineEntry
    {
        internal override void OnDue(long now)
        {
        }
    }
}

using System.Reflection;
using AgentChain.Budgets;
using AgentChain.Flow;

namespace AgentChain.Tests.Flow;

public class ThreadDeadlineWatcherTests
{
    [Fact]
    public void Dispose_WhileItWaitsForADeadline_EndsItsThread()
    {
        var watcher = new ThreadDeadlineWatcher(TimeProvider.System, "watcher");
        watcher.Add(new Entry(), TimeProvider.System.GetTimestamp() + (TimeProvider.System.TimestampFrequency * 3600));
        var thread = (Thread)typeof(ThreadDeadlineWatcher).GetField("_thread", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(watcher)!;
        Assert.True(thread.IsAlive);
        Assert.True(SpinWait.SpinUntil(() => thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin), TimeSpan.FromSeconds(60)), "It does not wait.");
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

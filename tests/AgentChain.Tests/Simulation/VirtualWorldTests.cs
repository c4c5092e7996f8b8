using AgentChain.Tests.Engine;
using AgentChain.Simulation;

namespace AgentChain.Tests.Simulation;

public class VirtualWorldTests
{
    /// <summary>What comes back from real threads when the world is over must not crash the process.</summary>
    [Fact]
    public async Task Run_AwaitsAChainOfRealTime_FailsAndTheLateContinuationIsDropped()
    {
        await using Chain<int, int> chain = Chain.From<int>("real").Then("slow", async (int x, CancellationToken token) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, token);
            return x;
        }).Build();
        ValueTask<int> running = default;
        Exception error = Assert.Throws<InvalidOperationException>(() => VirtualWorld.Run(async _ => await (running = chain.RunAsync(1))));
        Assert.Contains("VirtualWorld.Options", error.Message, StringComparison.Ordinal);
        await Eventually.Async(() => chain.LiveTurns == 0);
        await Task.Delay(100);
    }

    [Fact]
    public void Run_Delays_TakeVirtualTimeOnly()
    {
        TimeSpan elapsed = VirtualWorld.Run(async world =>
        {
            await world.Delay(3_600_000);
            await Task.WhenAll(world.Delay(20), world.Delay(30));
            return world.Elapsed;
        });
        Assert.Equal(TimeSpan.FromMilliseconds(3_600_030), elapsed);
    }

    [Fact]
    public void Run_TimersDueTogether_FireInOrderOfSetting()
    {
        IReadOnlyList<string> events = VirtualWorld.Run(async world =>
        {
            await Task.WhenAll(Enumerable.Range(0, 5).Select(async i =>
            {
                await world.Delay(10);
                world.Record($"{i}");
            }));
            return world.Events;
        });
        Assert.Equal(["10 0", "10 1", "10 2", "10 3", "10 4"], events);
    }

    [Fact]
    public void Run_ContinuationLeavesTheThread_Throws() =>
        Assert.Throws<InvalidOperationException>(() => VirtualWorld.Run(async world =>
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            world.Record("elsewhere");
        }));

    /// <summary>Code that left is reported at once, with its place, although the rest of the world could go on for long.</summary>
    [Fact]
    public void Run_CodeLeavesWhileOtherWorkGoesOn_IsReportedBeforeThatEnds()
    {
        double until = 0;
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => VirtualWorld.Run(async world =>
        {
            var elsewhere = new Thread(() => _ = Record.Exception(() => LeavesHere(world)));
            elsewhere.Start();
            elsewhere.Join();
            for (int i = 0; i < 1000; i++)
            {
                await world.Delay(1);
                until = world.Elapsed.Ms();
            }
        }));
        Assert.StartsWith("Code left the thread of virtual time.", error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(LeavesHere), error.Message, StringComparison.Ordinal);
        Assert.True(until < 2, $"The world went on for {until} ms.");
    }

    static void LeavesHere(VirtualWorld world) => world.Clock.GetTimestamp();

    [Fact]
    public void Run_NobodyReadsTheOutput_SaysSo()
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => VirtualWorld.Run(async world =>
        {
            await using StreamChain<int, int> chain = Chain.From<int>("unread")
                .Stream("items", (x, _, _) => Enumerable.Range(x, 5).ToAsyncEnumerable())
                .Build(world.Options(o => o.OutputCapacity = 2));
            await chain.Start(1).Completion;
        }));
        Assert.Contains("block 'items' of turn 1 of chain 'unread' (its output is full and is not read)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WaitForNothing_ThrowsInsteadOfHanging() =>
        Assert.Throws<InvalidOperationException>(() => VirtualWorld.Run(_ => new TaskCompletionSource().Task));

    [Fact]
    public void Run_MainThrows_ThrowsTheSame() =>
        Assert.Throws<FormatException>(() => VirtualWorld.Run(_ => throw new FormatException()));

    [Fact]
    public void Clock_ManyTimersWithdrawn_OthersFireInOrder() => VirtualWorld.Run(async world =>
    {
        Task[] waits = [.. Enumerable.Range(0, 3).Select(async i =>
        {
            await world.Delay(5000 - (i * 1000));
            world.Record($"{i}");
        })];
        for (int i = 0; i < 5000; i++)
        {
            using ITimer limit = world.Clock.CreateTimer(_ => world.Record("limit"), null, 100.Seconds(), Timeout.InfiniteTimeSpan);
            limit.Change(50.Seconds(), Timeout.InfiniteTimeSpan);
        }

        await Task.WhenAll(waits);
        Assert.Equal(["3000 2", "4000 1", "5000 0"], world.Events);
    });

    [Fact]
    public void Clock_PeriodicTimer_FiresUntilDisposed() => VirtualWorld.Run(async world =>
    {
        ITimer timer = world.Clock.CreateTimer(_ => world.Record("tick"), null, 10.Milliseconds(), 20.Milliseconds());
        await world.Delay(55);
        timer.Dispose();
        await world.Delay(100);
        Assert.Equal(["10 tick", "30 tick", "50 tick"], world.Events);
    });

    [Fact]
    public void Run_SeveralWorldsAtOnce_AreIndependent()
    {
        TimeSpan[] took = [.. Enumerable.Range(1, 8).AsParallel().AsOrdered().Select(i => VirtualWorld.Run(async world =>
        {
            await world.Delay(i);
            return world.Elapsed;
        }))];
        Assert.Equal(Enumerable.Range(1, 8).Select(i => i.Milliseconds()), took);
    }

    [Fact]
    public void Run_TimerIsSetAgainAndAgainForTheSameInstant_FailsRatherThanHangs()
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => VirtualWorld.Run(async world =>
        {
            await world.Delay(5);
            using ITimer timer = Again(world);
            await new TaskCompletionSource().Task;
        }));
        Assert.Contains("at 5 ms without time advancing", error.Message, StringComparison.Ordinal);

        static ITimer Again(VirtualWorld world)
        {
            ITimer timer = null!;
            timer = world.Clock.CreateTimer(_ => timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            return timer;
        }
    }
}

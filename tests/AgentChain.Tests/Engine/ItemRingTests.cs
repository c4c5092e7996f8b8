using System.Diagnostics;
using AgentChain.Engine.Queues;
#pragma warning disable CA2012 // Value tasks are looked at before they are awaited, once each.

namespace AgentChain.Tests.Engine;

public class ItemRingTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(64, 17)]
    [InlineData(256, 65)]
    public void WriteAsync_Full_KeepsTheItemAndWaitsUntilAQuarterIsFree(int capacity, int reads)
    {
        var ring = new ItemRing<int>(capacity, continuesElsewhere: false);
        for (int i = 0; i < capacity; i++)
        {
            Assert.True(ring.WriteAsync(i).IsCompleted);
        }

        Task waiting = ring.WriteAsync(capacity).AsTask();
        for (int i = 0; i < reads; i++)
        {
            Assert.False(waiting.IsCompleted);
            Assert.True(ring.TryRead(out int item));
            Assert.Equal(i, item);
        }

        Assert.True(waiting.IsCompletedSuccessfully);
        Assert.Equal(capacity + 1 - reads, ring.Count);
    }

    [Fact]
    public void End_WriterAndReaderWait_BothGoOnAndWhatIsThereCanBeRead()
    {
        var ring = new ItemRing<string>(1, continuesElsewhere: false);
        Task<bool> reading = ring.WaitToReadAsync().AsTask();
        Assert.False(reading.IsCompleted);
        _ = ring.WriteAsync("a").AsTask();
        Completes(reading);
        Task writing = ring.WriteAsync("b").AsTask();
        Assert.False(writing.IsCompleted);
        ring.End();
        ring.End();
        Completes(writing);
        Assert.True(ring.WriteAsync("dropped").IsCompleted);
        Assert.True(ring.TryRead(out string? first));
        Assert.True(ring.TryRead(out string? second));
        Assert.Equal(("a", "b"), (first, second));
        Assert.False(ring.TryRead(out _));
        ValueTask<bool> more = ring.WaitToReadAsync();
        Assert.True(more is { IsCompletedSuccessfully: true, Result: false });
    }

    [Fact]
    public void WaitToReadAsync_WokenAlthoughNothingIsThere_WaitsOn()
    {
        var ring = new ItemRing<int>(4, continuesElsewhere: false);
        Task<bool> reading = ring.WaitToReadAsync().AsTask();
        ring.WakeReader();
        ring.WakeReader();
        Assert.False(reading.IsCompleted);
        _ = ring.WriteAsync(1).AsTask();
        Completes(reading);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(1000)]
    public async Task WriterAndReaderOnTwoThreads_EveryItemComesOnceAndInOrder(int capacity)
    {
        const int Items = 200_000;
        var ring = new ItemRing<int>(capacity, continuesElsewhere: true);
        Task writing = Task.Run(async () =>
        {
            for (int i = 0; i < Items; i++)
            {
                await ring.WriteAsync(i);
                if (i % 1009 == 0)
                {
                    await Task.Yield();
                }
            }

            ring.End();
        });
        Task<int> reading = Task.Run(async () =>
        {
            int expected = 0;
            while (true)
            {
                while (ring.TryRead(out int item))
                {
                    if (item != expected++)
                    {
                        return -1;
                    }

                    if (item % 997 == 0)
                    {
                        await Task.Yield();
                    }
                }

                if (!await ring.WaitToReadAsync())
                {
                    return expected;
                }
            }
        });
        Assert.Equal(Items, await reading.WaitAsync(Patience));
        await writing.WaitAsync(Patience);
    }

    [Fact]
    public async Task WakeReader_ReaderAboutToWait_IsNeverLost()
    {
        var ring = new ItemRing<int>(4, continuesElsewhere: true);
        int asked = 0;
        int seen = 0;
        bool isOver = false;

        // As many as a busy machine does in some seconds: one that is never woken hangs the test either way.
        const int Times = 50_000;
        long start = Stopwatch.GetTimestamp();
        Task waking = Task.Run(() =>
        {
            for (int i = 1; i <= Times && Stopwatch.GetElapsedTime(start) < Patience / 6; i++)
            {
                Volatile.Write(ref asked, i);
                ring.WakeReader();
                var spin = new SpinWait();
                while (Volatile.Read(ref seen) < i)
                {
                    spin.SpinOnce();
                }
            }

            Volatile.Write(ref isOver, true);
            ring.WakeReader();
        });
        Task reading = Task.Run(async () =>
        {
            while (!Volatile.Read(ref isOver))
            {
                ring.BeginWait();
                if ((Volatile.Read(ref asked) == seen && !Volatile.Read(ref isOver)) || !ring.TryRevokeWait())
                {
                    await ring.WaitAsync();
                }

                Volatile.Write(ref seen, Volatile.Read(ref asked));
            }
        });
        await Task.WhenAll(waking, reading).WaitAsync(Patience);
    }

    /// <summary>Whether the continuation of a wait runs in place is the test runner's doing: it may have a synchronization context.</summary>
    static void Completes(Task task) => Assert.True(SpinWait.SpinUntil(() => task.IsCompletedSuccessfully, TimeSpan.FromSeconds(30)));
}

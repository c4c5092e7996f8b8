using AgentChain.Engine.Links;
using AgentChain.Engine.Speculation;

namespace AgentChain.Tests.Engine.Speculation;

/// <summary>The waits of writers and readers for the items that a stream run keeps. Waits are inspected, not awaited.</summary>
public class ReplayLogTests
{
    [Fact]
    public void AppendAsync_HoldIsFull_WaitsUntilTheRunIsCommitted()
    {
        var log = new ReplayBuffer<int>(holdCapacity: 2, streamCapacity: 4);
        Assert.True(Append(log, 1).IsCompleted);
        Task waits = Append(log, 2);
        Assert.False(waits.IsCompleted);
        Assert.Equal(1, log.Read(0, isLastReader: false).Item.Value);
        Assert.False(waits.IsCompleted);
        log.Commit();
        Assert.True(waits.IsCompleted);
    }

    [Fact]
    public void AppendAsync_Committed_WaitsWhileTheReaderIsBehind()
    {
        var log = new ReplayBuffer<int>(holdCapacity: 100, streamCapacity: 2);
        log.Commit();
        Assert.True(Append(log, 1).IsCompleted);
        Task waits = Append(log, 2);
        Assert.False(waits.IsCompleted);
        Assert.Equal(1, log.Read(0, isLastReader: false).Item.Value);
        Assert.True(waits.IsCompleted);
        Assert.False(Append(log, 3).IsCompleted);
    }

    [Fact]
    public void Close_ProducerWaitsForRoom_IsLetGo()
    {
        var log = new ReplayBuffer<int>(holdCapacity: 1, streamCapacity: 1);
        Task waits = Append(log, 1);
        Assert.False(waits.IsCompleted);
        log.Close();
        Assert.True(waits.IsCompleted);
        Assert.True(Append(log, 2).IsCompleted);
    }

    [Fact]
    public void Read_NothingThere_WaitsForTheNextItemOrTheEnd()
    {
        var log = new ReplayBuffer<int>(holdCapacity: 100, streamCapacity: 100);
        Task first = log.Read(0, isLastReader: false).Wait!;
        Assert.False(first.IsCompleted);
        Append(log, 7);
        Assert.True(first.IsCompleted);
        Assert.Equal(7, log.Read(0, isLastReader: false).Item.Value);
        Task poked = log.Read(1, isLastReader: false).Wait!;
        log.Poke();
        Assert.True(poked.IsCompleted);
        Task closed = log.Read(1, isLastReader: false).Wait!;
        log.Close();
        Assert.True(closed.IsCompleted);
        Assert.True(log.Read(1, isLastReader: false).IsGone);
    }

    static Task Append(ReplayBuffer<int> log, int item) => log.AppendAsync(item, null!, 1).AsTask();
}

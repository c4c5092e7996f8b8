using AgentChain.Engine.Links;
using AgentChain.Engine.Queues;

namespace AgentChain.Tests.Engine;

/// <summary>The places and waiting values of a queue, step by step in every order that threads could take.</summary>
public class PlacesTests(ITestOutputHelper output)
{
    [Fact]
    public void TryEnter_WorkersThenRoomThenNothing_SaysWhichItWas()
    {
        var places = new QueueSlots(workers: 2, capacity: 3);
        Assert.Equal([Entrance.Worker, Entrance.Worker, Entrance.Wait, Entrance.Full], Enumerable.Range(0, 4).Select(_ => places.TryEnter()));
        Assert.True(places.Leave());
        Assert.Equal(Entrance.Wait, places.TryEnter());
        Assert.True(places.Leave());
        Assert.False(places.Leave());
        Assert.Equal(Entrance.Worker, places.TryEnter());
    }

    [Fact]
    public void TryEnter_MoreWorkersThanCapacity_CapacityHolds()
    {
        var places = new QueueSlots(workers: 4, capacity: 1);
        Assert.Equal([Entrance.Worker, Entrance.Full], [places.TryEnter(), places.TryEnter()]);
    }

    [Fact]
    public void TryAdd_WorkerCameFirst_DoesNotWait()
    {
        var places = new QueueSlots(workers: 1, capacity: 4);
        var queue = new PendingQueue<Item>(places);
        Assert.Equal([Entrance.Worker, Entrance.Wait], [places.TryEnter(), places.TryEnter()]);
        Assert.True(places.Leave());
        Assert.Equal(Waiting.OnItsWay, queue.Take(out _));
        Assert.False(queue.TryAdd(new Item(new Wish())));
        Assert.False(places.Leave());
    }

    [Fact]
    public void RemoveOver_WorkerIsOnItsWayToIt_FindsItGoneAndPutsTheWorkerBack()
    {
        var places = new QueueSlots(workers: 1, capacity: 2);
        var queue = new PendingQueue<Item>(places);
        var wish = new Wish();
        Assert.Equal([Entrance.Worker, Entrance.Wait], [places.TryEnter(), places.TryEnter()]);
        Assert.True(queue.TryAdd(new Item(wish)));
        Assert.True(places.Leave());
        wish.IsOver = true;
        Assert.Equal(0, queue.RemoveOver());
        Assert.Equal(Waiting.Gone, queue.Take(out _));
        Assert.False(places.Leave());
        Assert.Equal([Entrance.Worker, Entrance.Wait, Entrance.Full], Enumerable.Range(0, 3).Select(_ => places.TryEnter()));
    }

    [Fact]
    public void RemoveOver_SomeOfMany_KeepsTheOthersInOrderAndFreesTheirPlaces()
    {
        var places = new QueueSlots(workers: 1, capacity: 41);
        var queue = new PendingQueue<Item>(places);
        Wish[] wishes = [.. Enumerable.Range(0, 40).Select(_ => new Wish())];
        Assert.Equal(Entrance.Worker, places.TryEnter());
        foreach (Wish wish in wishes)
        {
            Assert.Equal(Entrance.Wait, places.TryEnter());
            Assert.True(queue.TryAdd(new Item(wish)));
        }

        Assert.Equal(Entrance.Full, places.TryEnter());
        foreach (Wish wish in wishes.Where((_, i) => i % 2 == 0))
        {
            wish.IsOver = true;
        }

        Assert.Equal(20, queue.RemoveOver());
        Assert.Equal(0, queue.RemoveOver());
        foreach (Wish wish in wishes.Where(w => !w.IsOver))
        {
            Assert.True(places.Leave());
            Assert.Equal(Waiting.Taken, queue.Take(out Item next));
            Assert.Same(wish, next.Wish);
        }

        Assert.False(places.Leave());
    }

    /// <summary>Every actor's steps are the atomic ones of the real thing; a seed decides whose turn it is.</summary>
    [Fact]
    public void RandomInterleavings_OfComingLeavingAndRemoving_NothingIsLostDoubledOrLeaked()
    {
        int removals = 0, tooEarly = 0, gone = 0;
        for (int seed = 0; seed < 20_000; seed++)
        {
            var run = new InterleavedQueue(seed);
            run.ToTheEnd();
            (removals, tooEarly, gone) = (removals + run.Removed, tooEarly + run.TooEarly, gone + run.Gone);
        }

        output.WriteLine($"removed {removals}, workers too early {tooEarly}, values gone {gone}");
        Assert.True(removals > 1000 && tooEarly > 1000 && gone > 100, "The schedules no longer reach the races.");
    }

    internal sealed class Wish
    {
        public bool IsOver { get; set; }

        public int TimesWorked { get; set; }
    }

    internal readonly struct Item(Wish wish) : IMayBeOver
    {
        public Wish Wish { get; } = wish;

        public bool IsOver => Wish.IsOver;
    }
}

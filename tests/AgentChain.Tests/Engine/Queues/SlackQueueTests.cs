using AgentChain.Engine.Queues;

namespace AgentChain.Tests.Engine.Queues;

public class SlackQueueTests
{
    [Fact]
    public void Take_Random_IsTheLeastOfItsOrder()
    {
        var random = new Random(3);
        var queue = new SlackQueue<Work>(work => work.Slack);
        var inside = new List<Work>();
        for (int i = 0; i < 20_000; i++)
        {
            if (inside.Count == 0 || random.NextDouble() < 0.52)
            {
                var added = new Work(i, (random.Next(1000), random.Next(1000)));
                queue.Add(added);
                inside.Add(added);
                continue;
            }

            bool shortest = random.Next(2) == 0;
            Work expected = shortest ? inside.OrderBy(w => w.Slack!.Value.Remains).ThenBy(w => w.Number).First()
                : inside.OrderBy(w => w.Slack!.Value.StartBy).ThenBy(w => w.Number).First();
            Work taken = queue.Take(shortest);
            Assert.Equal(expected.Number, taken.Number);
            inside.Remove(expected);
            Assert.Equal(inside.Count, queue.Count);
        }
    }

    [Fact]
    public void Take_NoDeadline_ComesLastInOrderOfArrival()
    {
        var queue = new SlackQueue<Work>(work => work.Slack);
        queue.Add(new Work(1, null));
        queue.Add(new Work(2, null));
        queue.Add(new Work(3, (500, 1)));

        Assert.Equal([3, 1, 2], [queue.Take(false).Number, queue.Take(false).Number, queue.Take(true).Number]);
    }

    [Fact]
    public void Take_GotADeadlineWhileWaiting_CountsByIt()
    {
        long? startBy = null;
        var queue = new SlackQueue<Work>(work => work.Number == 2 && startBy is { } at ? (at, 1) : work.Slack);
        queue.Add(new Work(1, (100, 1)));
        queue.Add(new Work(2, null));
        startBy = 50;

        Assert.Equal(2, queue.Take(false).Number);
    }

    [Fact]
    public void Take_OthersArriveAllTheTime_TheOneWithoutADeadlineDoesNotWaitForEver()
    {
        var queue = new SlackQueue<Work>(work => work.Slack);
        queue.Add(new Work(-1, null));
        queue.Add(new Work(-2, null));
        var taken = new List<int>();
        for (int i = 0; i < 100; i++)
        {
            queue.Add(new Work(i, (i, 1)));
            taken.Add(queue.Take(i % 2 == 0).Number);
        }

        Assert.Equal([-1, -2], taken.Where(number => number < 0));
        Assert.Equal(2, queue.Count);
    }

    [Fact]
    public void Take_GotADeadlineBehindManyWithout_CountsByIt()
    {
        bool isDue = false;
        var queue = new SlackQueue<Work>(work => work.Number == 80 && isDue ? (0, 1) : work.Slack);
        for (int i = 0; i < 100; i++)
        {
            queue.Add(new Work(i, i < 90 ? null : (1000, 1)));
        }

        isDue = true;

        Assert.Contains(80, Enumerable.Range(0, 4).Select(_ => queue.Take(false).Number));
    }

    [Fact]
    public void Take_CannotBeInTimeAnyMore_IsTakenFirst()
    {
        long now = 0;
        var queue = new SlackQueue<Work>(work => work.Slack, () => now);
        queue.Add(new Work(1, (100, 900)));
        queue.Add(new Work(2, (800, 200)));
        Assert.Equal(2, queue.Take(shortestFirst: true).Number);
        queue.Add(new Work(3, (800, 200)));
        now = 101;

        Assert.Equal(1, queue.Take(shortestFirst: true).Number);
    }

    [Fact]
    public void Take_AnotherWasTakenOfTheOtherOrder_MakesNothingHopeless()
    {
        var queue = new SlackQueue<Work>(work => work.Slack, () => 50);
        queue.Add(new Work(1, (100, 10)));
        queue.Add(new Work(2, (200, 900)));
        queue.Add(new Work(3, (300, 200)));

        Assert.Equal([1, 3, 2], Enumerable.Range(0, 3).Select(_ => queue.Take(shortestFirst: true).Number));
    }

    [Fact]
    public void Take_LookEndedAtTheOneThatIsTaken_LooksAtTheOthers()
    {
        bool areDue = false;
        var queue = new SlackQueue<Work>(work => work.Slack ?? (areDue ? (work.Number, 1) : null));
        for (int i = 1; i <= 40; i++)
        {
            queue.Add(new Work(i, null));
        }

        // After 32 values with a deadline it is the turn of the oldest without; a look goes through 32 of them.
        for (int i = 0; i < 32; i++)
        {
            queue.Add(new Work(-1, (0, 1)));
            Assert.Equal(-1, queue.Take(false).Number);
        }

        areDue = true;

        Assert.Equal([33, .. Enumerable.Range(1, 32), .. Enumerable.Range(34, 7)], Enumerable.Range(0, 40).Select(_ => queue.Take(false).Number));
    }

    [Fact]
    public void RemoveOver_LookEndedAtOneThatIsOver_LooksAtTheOthers()
    {
        bool areDue = false;
        var over = new HashSet<int> { 33 };
        var queue = new SlackQueue<Work>(work => work.Slack ?? (areDue ? (work.Number, 1) : null));
        for (int i = 1; i <= 40; i++)
        {
            queue.Add(new Work(i, null) { Over = over });
        }

        queue.Add(new Work(-1, (0, 1)));
        Assert.Equal(-1, queue.Take(false).Number);
        Assert.Equal(1, queue.RemoveOver());
        areDue = true;

        Assert.Equal([.. Enumerable.Range(1, 32), .. Enumerable.Range(34, 7)], Enumerable.Range(0, 39).Select(_ => queue.Take(false).Number));
    }

    [Fact]
    public void Take_AlwaysFromOneOrder_TheOtherDoesNotGrow()
    {
        var queue = new SlackQueue<Work>(work => work.Slack);
        for (int i = 0; i < 200; i++)
        {
            queue.Add(new Work(i, (i, -i)));
        }

        long before = 0;
        for (int i = 200; i < 50_000; i++)
        {
            before = i == 10_000 ? GC.GetAllocatedBytesForCurrentThread() : before;
            queue.Add(new Work(i, (i, -i)));
            queue.Take(shortestFirst: false);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }


    [Fact]
    public void RemoveOver_SomeAreOver_TheOthersKeepTheirOrder()
    {
        var over = new HashSet<int>();
        var queue = new SlackQueue<Work>(work => work.Slack);
        for (int i = 0; i < 100; i++)
        {
            queue.Add(new Work(i, i % 10 == 0 ? null : (1000 - i, i)) { Over = over });
        }

        over.UnionWith(Enumerable.Range(0, 100).Where(i => i is not (5 or 50 or 95)));

        Assert.Equal(97, queue.RemoveOver());
        Assert.Equal(3, queue.Count);
        Assert.Equal([95, 5, 50], [queue.Take(false).Number, queue.Take(false).Number, queue.Take(false).Number]);
    }

    [Fact]
    public void ShareBefore_Mixed_IsTheShareThatIsNotLonger()
    {
        var queue = new SlackQueue<Work>(work => work.Slack);
        Assert.Equal(0, queue.ShareBefore(5));
        for (int i = 0; i < 16; i++)
        {
            queue.Add(new Work(i, (0, i)));
        }

        Assert.Equal(0.5, queue.ShareBefore(7));
        Assert.Equal(1, queue.ShareBefore(100));
    }

    readonly record struct Work(int Number, (long StartBy, double Remains)? Slack) : IMayBeOver
    {
        public HashSet<int>? Over { get; init; }

        public bool IsOver => Over?.Contains(Number) == true;
    }
}

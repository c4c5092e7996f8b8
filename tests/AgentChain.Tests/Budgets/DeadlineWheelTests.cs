using AgentChain.Budgets;

namespace AgentChain.Tests.Budgets;

public class DeadlineWheelTests
{
    const long TicksPerSecond = 10_000_000;
    const long Ms = TicksPerSecond / 1000;

    [Theory]
    [InlineData(1, 300)]
    [InlineData(60, 70)]
    [InlineData(60, 140)]
    [InlineData(500, 510)]
    public void NextLook_SoonerDeadlineWasRemoved_LooksAtTheOneThatIsLeft(int removed, int left)
    {
        var wheel = new DeadlineWheel(TicksPerSecond, 0);
        var gone = new Entry();
        wheel.Add(gone, removed * Ms);
        wheel.Add(new Entry(), left * Ms);
        Assert.Equal(removed * Ms, wheel.NextLook());
        Assert.True(wheel.Remove(gone));
        Assert.Equal(left * Ms, wheel.NextLook());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Advance_RandomAddsMovesAndRemoves_FiresAsASortedListWould(int seed)
    {
        var random = new Random(seed);
        long now = random.NextInt64(1, 1_000_000_000);
        var wheel = new DeadlineWheel(TicksPerSecond, now);
        var model = new Dictionary<Entry, long>();
        List<IDeadline> fired = [];
        for (int step = 0; step < 5_000; step++)
        {
            switch (random.Next(5))
            {
                case 0 or 1:
                    var entry = new Entry();
                    long due = now + random.NextInt64(-2 * Ms, random.Next(3) switch { 0 => 3 * Ms, 1 => 600 * Ms, _ => 20_000 * Ms });
                    wheel.Add(entry, due);
                    model.Add(entry, due);
                    break;
                case 2 when model.Count > 0:
                    Entry gone = model.Keys.ElementAt(random.Next(model.Count));
                    Assert.True(wheel.Remove(gone));
                    Assert.False(wheel.Remove(gone));
                    model.Remove(gone);
                    break;
                default:
                    long look = wheel.NextLook();
                    if (model.Count > 0)
                    {
                        Assert.True(look <= Math.Max(now, model.Values.Min()) || look <= now, "It would look too late.");
                    }
                    else
                    {
                        Assert.Equal(long.MaxValue, look);
                    }

                    now += random.Next(4) == 0 ? random.NextInt64(0, 3000 * Ms) : random.NextInt64(0, 4 * Ms);
                    fired.Clear();
                    wheel.Advance(now, fired);
                    Entry[] expected = [.. model.Where(e => e.Value <= now).Select(e => e.Key)];
                    Assert.Equal(expected.Length, fired.Count);
                    Assert.Equal(expected.ToHashSet(), fired.Cast<Entry>().ToHashSet());
                    Assert.Equal(fired.Select(e => e.Links.Due).Order(), fired.Select(e => e.Links.Due));
                    Array.ForEach(expected, e => model.Remove(e));
                    break;
            }

            Assert.Equal(model.Count, wheel.Count);
        }
    }

    [Fact]
    public void NextLook_DrivenByItAlone_EveryDeadlineFiresAtItsTime()
    {
        var random = new Random(7);
        long now = 12345;
        var wheel = new DeadlineWheel(TicksPerSecond, now);
        int left = 500;
        for (int i = 0; i < left; i++)
        {
            wheel.Add(new Entry(), now + random.NextInt64(0, 5000 * Ms));
        }

        int looks = 0;
        List<IDeadline> fired = [];
        while (wheel.NextLook() is var look && look != long.MaxValue)
        {
            now = Math.Max(now, look);
            fired.Clear();
            wheel.Advance(now, fired);
            Assert.All(fired, e => Assert.Equal(now, e.Links.Due));
            left -= fired.Count;
            Assert.True(++looks < 20_000, "It looks without end.");
        }

        Assert.Equal(0, left);
    }

    [Fact]
    public void Add_AfterAFiringEntryIsAddedAgain_FiresAgain()
    {
        var wheel = new DeadlineWheel(TicksPerSecond, 0);
        var entry = new Entry();
        List<IDeadline> fired = [];
        for (long at = 1; at < 2000; at += 400)
        {
            wheel.Add(entry, at * Ms);
            wheel.Advance(at * Ms, fired);
        }

        Assert.Equal(5, fired.Count);
        Assert.Equal(0, wheel.Count);
    }

    /// <summary>
    /// A clock that was ahead for an instant has moved the wheel; entries that are due by the right time fire at that time.
    /// </summary>
    [Fact]
    public void Advance_AfterTheClockWasAhead_FiresWhatIsDue()
    {
        var wheel = new DeadlineWheel(TicksPerSecond, 0);
        List<IDeadline> fired = [];
        wheel.Advance(10_000 * Ms, fired);
        var early = new Entry();
        var late = new Entry();
        wheel.Add(early, 50 * Ms);
        wheel.Add(late, 70 * Ms);
        Assert.Equal(50 * Ms, wheel.NextLook());
        wheel.Advance(49 * Ms, fired);
        Assert.Empty(fired);
        wheel.Advance(60 * Ms, fired);
        Assert.Equal([early], fired);
        Assert.Equal(70 * Ms, wheel.NextLook());
        wheel.Advance(20_000 * Ms, fired);
        Assert.Equal([early, late], fired);
        Assert.Equal(0, wheel.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TryAdvance_SomeAtATimeAndThoseSince_FiresEachOnceAndEarlyOnesFirst(int seed)
    {
        var random = new Random(seed);
        long now = random.NextInt64(1, 1_000_000_000);
        var wheel = new DeadlineWheel(TicksPerSecond, now);
        List<Entry> left = [];
        for (int i = 0; i < 3_000; i++)
        {
            var entry = new Entry();
            wheel.Add(entry, now + random.NextInt64(0, random.Next(2) == 0 ? 5 * Ms : 2000 * Ms));
            left.Add(entry);
        }

        List<IDeadline> fired = [];
        bool isDone = false;
        for (now += random.NextInt64(0, 400 * Ms); left.Count > 0; now += isDone ? 100 * Ms : Ms)
        {
            fired.Clear();
            isDone = wheel.TryAdvance(now, fired, 100);
            Assert.InRange(fired.Count, isDone ? 0 : 100, 100);
            long latest = fired.Count > 0 ? fired[^1].Links.Due : now;
            Remove(fired);
            Assert.All(left.Cast<IDeadline>(), e => Assert.True(e.Links.Due > now || (!isDone && e.Links.Due / Ms >= latest / Ms), "An earlier one was left."));
            fired.Clear();
            wheel.TakeSince(now, now + Ms, fired, 10);
            Assert.InRange(fired.Count, 0, 10);
            Assert.All(fired, e => Assert.InRange(e.Links.Due, (now / Ms * Ms) - Ms, now + Ms));
            Remove(fired);
            Assert.Equal(left.Count, wheel.Count);
        }

        void Remove(List<IDeadline> gone)
        {
            Assert.Equal(gone.Select(e => e.Links.Due).Order(), gone.Select(e => e.Links.Due));
            Assert.All(gone, e => Assert.True(left.Remove((Entry)e)));
        }
    }

    [Theory]
    [InlineData(20, 21, 1)]
    [InlineData(10, 10, 100)]
    public void TakeSince_EarlierOnesRemain_TakesTheLaterOnes(int first, int since, int taken)
    {
        var wheel = new DeadlineWheel(TicksPerSecond, 0);
        for (int i = 0; i < 2_000; i++)
        {
            wheel.Add(new Entry(), 10 * Ms);
        }

        var later = new Entry();
        wheel.Add(later, 30 * Ms);
        List<IDeadline> fired = [];
        Assert.False(wheel.TryAdvance(first * Ms, fired, 500));
        Assert.Equal(500, fired.Count);
        fired.Clear();
        wheel.TakeSince(since * Ms, 30 * Ms, fired, 100);
        Assert.Equal((later, taken), (fired[^1], fired.Count));
        fired.Clear();
        Assert.True(wheel.TryAdvance(30 * Ms, fired, 1_501 - taken));
        Assert.Equal(1_501 - taken, fired.Count);
        Assert.Equal(0, wheel.Count);
    }

    sealed class Entry : DeadlineEntry
    {
        internal override void OnDue(long now)
        {
        }
    }
}

using AgentChain.Engine.Links;
using AgentChain.Engine.Queues;
using static AgentChain.Tests.Engine.PlacesTests;

namespace AgentChain.Tests.Engine;

/// <summary>A queue whose users take turns, one atomic step at a time, as <c>BlockQueue</c> takes them.</summary>
sealed class InterleavedQueue
{
    const int Values = 12;

    readonly Random _random;
    readonly int _workers;
    readonly int _capacity;
    readonly QueueSlots _places;
    readonly PendingQueue<Item> _queue;
    readonly List<IEnumerator<bool>> _actors = [];
    readonly List<Wish> _wishes = [];
    readonly int _seed;
    int _working;
    int _ended;

    public InterleavedQueue(int seed)
    {
        _seed = seed;
        _random = new Random(seed);
        _workers = _random.Next(1, 4);
        _capacity = _workers + _random.Next(0, 4);
        _places = new QueueSlots(_workers, _capacity);
        _queue = new PendingQueue<Item>(_places);
        for (int i = 0; i < Values; i++)
        {
            var wish = new Wish();
            _wishes.Add(wish);
            _actors.Add(Come(wish).GetEnumerator());
            if (_random.Next(3) == 0)
            {
                _actors.Add(Cancel(wish).GetEnumerator());
            }
        }
    }

    public int Removed { get; private set; }

    public int TooEarly { get; private set; }

    public int Gone { get; private set; }

    public void ToTheEnd()
    {
        while (_actors.Count > 0)
        {
            int who = _random.Next(_actors.Count);
            if (!_actors[who].MoveNext())
            {
                _actors.RemoveAt(who);
            }

            Assert.True(_working <= _workers, $"Seed {_seed}: {_working} at work on {_workers} workers.");
            Assert.True(_ended < 10 * Values, $"Seed {_seed}: it never ends.");
        }

        Assert.All(_wishes, w => Assert.True(w.TimesWorked == 1 || (w.IsOver && w.TimesWorked == 0), $"Seed {_seed}: worked {w.TimesWorked} times, over: {w.IsOver}."));
        Assert.Equal(0, _working);
        for (int i = 0; i < _capacity; i++)
        {
            Assert.Equal(i < _workers ? Entrance.Worker : Entrance.Wait, _places.TryEnter());
        }

        Assert.Equal(Entrance.Full, _places.TryEnter());
    }

    IEnumerable<bool> Come(Wish wish)
    {
        Entrance entrance;
        while ((entrance = _places.TryEnter()) == Entrance.Full)
        {
            if (wish.IsOver)
            {
                yield break;
            }

            yield return true;
        }

        yield return true;
        if (entrance == Entrance.Worker || !_queue.TryAdd(new Item(wish)))
        {
            _actors.Add(Work(wish).GetEnumerator());
        }
        else
        {
            yield return true;
            Removed += wish.IsOver ? _queue.RemoveOver() : 0;
        }
    }

    IEnumerable<bool> Cancel(Wish wish)
    {
        yield return true;
        wish.IsOver = true;
        yield return true;
        Removed += _queue.RemoveOver();
    }

    IEnumerable<bool> Work(Wish wish)
    {
        _working++;
        wish.TimesWorked++;
        for (int i = _random.Next(4); i >= 0; i--)
        {
            yield return true;
        }

        _working--;
        _ended++;
        while (_places.Leave())
        {
            yield return true;
            Waiting next = _queue.Take(out Item item);
            TooEarly += next == Waiting.OnItsWay ? 1 : 0;
            Gone += next == Waiting.Gone ? 1 : 0;
            if (next == Waiting.OnItsWay)
            {
                yield break;
            }

            if (next == Waiting.Taken && !item.IsOver)
            {
                _actors.Add(Work(item.Wish).GetEnumerator());
                yield break;
            }

            yield return true;
        }
    }
}

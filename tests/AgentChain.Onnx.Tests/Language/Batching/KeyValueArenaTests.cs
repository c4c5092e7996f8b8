using AgentChain.Devices;
using AgentChain.Onnx.Language;

namespace AgentChain.Onnx.Tests.Language.Batching;

/// <summary>Caches that move to neighboring rows keep what they have read.</summary>
public sealed class KeyValueArenaTests : IDisposable
{
    readonly BatchingWorld _world = new(rows: 5, most: 3);

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Join_OfCachesApart_MovesThemAndKeepsAllTokens()
    {
        SharedKeyValueCache[] caches = [.. Enumerable.Range(0, 5).Select(i => Read(i, 10 + (20 * i)))];
        foreach (int[] chosen in new[] { new[] { 0, 2 }, [0, 3], [4, 1], [2, 4, 0], [3, 1], [0, 1, 2] })
        {
            SharedKeyValueCache[] members = [.. chosen.Select(i => caches[i])];
            Array.ForEach(members, m => m.Enter());

            KeyValueRows rows = _world.Arena.Join(members)!.Value;

            Array.ForEach(members, m => m.Leave());
            Assert.Equal(Enumerable.Range(rows.First, chosen.Length), members.Select(m => m.Row).Order());
            Assert.All(members, m => Assert.Same(rows.Block, m.Block));
            Assert.All(caches, c => Assert.Same(c, c.Block.Owners[c.Row]));
            for (int i = 0; i < caches.Length; i++)
            {
                CheckLogits(i, caches[i]);
            }
        }
    }

    [Fact]
    public void Join_WhereACacheThatRunsIsInTheWay_LeavesEverythingAlone()
    {
        SharedKeyValueCache[] caches = [.. Enumerable.Range(0, 3).Select(i => Read(i, 10))];
        using var entered = new ManualResetEventSlim();
        using var done = new ManualResetEventSlim();
        var other = new Thread(() =>
        {
            caches[1].Enter();
            entered.Set();
            done.Wait(BatchingWorld.Hang);
            caches[1].Leave();
        });
        other.Start();
        entered.Wait(BatchingWorld.Hang);
        caches[0].Enter();
        caches[2].Enter();

        Assert.Null(_world.Arena.Join([caches[0], caches[2]]));

        caches[0].Leave();
        caches[2].Leave();
        done.Set();
        other.Join();
        Assert.Equal([0, 1, 2], caches.Select(c => c.Row));
    }

    [Fact]
    public void Release_OfARow_GivesItToTheNextCache()
    {
        SharedKeyValueCache[] caches = [.. Enumerable.Range(0, 4).Select(_ => _world.Cache())];
        caches[1].Dispose();

        SharedKeyValueCache next = _world.Cache();

        Assert.Equal((caches[0].Block, 1), (next.Block, next.Row));
        Assert.NotSame(caches[0].Block, caches[3].Block);
    }

    [Fact]
    public void Dispose_CacheOfItsOwn_ReturnsItsMemoryToTheLedger()
    {
        DeviceLedger ledger = _world.Graph.Session.Host.Ledger;
        int before = ledger.Holders.Count;
        using (new SharedKeyValueCache(_world.Graph))
        {
            MemoryHolding held = ledger.Holders[^1];
            Assert.Equal(before + 1, ledger.Holders.Count);
            Assert.Equal(("cpu", MemoryPurpose.KeyValueCache, ledger.Holders[0].Owner), (held.Device, held.Purpose, held.Owner));
            Assert.True(held.Bytes > 0);
        }

        Assert.Equal(before, ledger.Holders.Count);
    }

    [Fact]
    public void Block_MoreMemoryThanThereIs_ReservesNothing()
    {
        DeviceLedger ledger = _world.Graph.Session.Host.Ledger;
        int before = ledger.Holders.Count;
        var graph = new DecoderGraph(_world.Graph.Session, _world.Graph.Layout with { ContextLength = 0 }, 1 << 20);

        // 512 TiB: more than a process can address.
        Assert.ThrowsAny<OutOfMemoryException>(() => new KeyValueBlock(graph, 1 << 20));

        Assert.Equal(before, ledger.Holders.Count);
    }

    SharedKeyValueCache Read(int seed, int length)
    {
        SharedKeyValueCache cache = _world.Cache();
        cache.Read(BatchingWorld.Prompt(seed, length));
        return cache;
    }

    void CheckLogits(int seed, SharedKeyValueCache cache)
    {
        int length = cache.Length;
        using var fresh = new SharedKeyValueCache(_world.Graph);
        fresh.Read(BatchingWorld.Prompt(seed, length));
        float[] expected = fresh.Read([50]).ToArray();

        Assert.Equal(expected, cache.Read([50]).ToArray());

        cache.Rewind(length);
    }
}

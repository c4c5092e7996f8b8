using AgentChain.Onnx.Language;

namespace AgentChain.Onnx.Tests.Language;

/// <summary>The pages of a prefix cache, without a model: a page has the tokens themselves in place of keys and values.</summary>
public sealed class PrefixTreeTests
{
    const int Page = 4;

    [Fact]
    public void Find_WithoutEvictions_GivesTheLongestCommonBeginningOfAllThatWereKept()
    {
        var random = new Random(1);
        PrefixCache cache = Create(100_000);
        var kept = new List<int[]>();
        for (int i = 0; i < 3_000; i++)
        {
            int[] tokens = Sequence(random);
            int longest = kept.Select(k => k.AsSpan().CommonPrefixLength(tokens)).DefaultIfEmpty().Max();

            using (PrefixLease found = cache.Find(tokens))
            {
                Assert.Equal(longest, found.Length);
                Check(found, tokens);
            }

            using PrefixLease whole = cache.Keep(tokens, Fill(tokens));
            Assert.Equal(tokens.Length, whole.Length);
            Check(whole, tokens);
            kept.Add(tokens);
        }

        Assert.Equal((0L, 0L), (cache.Statistics.Leases, cache.Statistics.PagesLeased));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(60)]
    [InlineData(400)]
    public void Keep_WithinABudget_NeverEvictsWhatIsLeasedAndReturnsEveryLease(int pages)
    {
        var random = new Random(pages);
        PrefixCache cache = Create(pages);
        var leases = new List<(PrefixLease Lease, int[] Tokens)>();
        for (int i = 0; i < 20_000; i++)
        {
            int[] tokens = Sequence(random);
            PrefixLease lease = random.Next(4) switch
            {
                0 => cache.Find(tokens),
                1 when leases.Count > 0 => Fork(ref tokens),
                _ => cache.Keep(tokens, Fill(tokens)),
            };
            leases.Add((lease, tokens));
            while (leases.Count > random.Next(12))
            {
                int at = random.Next(leases.Count);
                Check(leases[at].Lease, leases[at].Tokens);
                leases[at].Lease.Dispose();
                leases.RemoveAt(at);
            }

            if (random.Next(500) == 0)
            {
                cache.Forget(tokens);
            }

            if (random.Next(2_000) == 0)
            {
                cache.Clear();
            }

            PrefixCacheStatistics now = cache.Statistics;
            Assert.InRange(now.PagesHeld, now.PagesLeased, pages);
            Assert.Equal(leases.Count, now.Leases);
        }

        leases.ForEach(l => Check(l.Lease, l.Tokens));
        leases.ForEach(l => l.Lease.Dispose());
        Assert.Equal((0L, 0L), (cache.Statistics.Leases, cache.Statistics.PagesLeased));
        cache.Clear();
        Assert.Equal(0, cache.Statistics.PagesHeld);

        PrefixLease Fork(ref int[] tokens)
        {
            (PrefixLease lease, tokens) = leases[random.Next(leases.Count)];
            return lease.Fork();
        }
    }

    [Fact]
    public async Task Keep_FromManyThreads_LosesNoPageAndNoLease()
    {
        PrefixCache cache = Create(50);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            for (int i = 0; i < 3_000; i++)
            {
                int[] tokens = Sequence(random);
                using PrefixLease found = cache.Find(tokens), kept = cache.Keep(tokens, Fill(tokens)), fork = found.Fork();
                Check(found, tokens);
                Check(kept, tokens);
                Check(fork, tokens);
            }
        })));

        PrefixCacheStatistics ledger = cache.Statistics;
        Assert.Equal((0L, 0L), (ledger.Leases, ledger.PagesLeased));
        Assert.InRange(ledger.PagesHeld, 1, 50);
        Assert.Equal(24_000, ledger.Hits + ledger.Misses);
    }

    [Fact]
    public void Keep_WhereTheCopyFails_GivesThePagesBack()
    {
        PrefixCache cache = Create(10);
        int[] tokens = [1, 2, 3, 4, 5, 6, 7, 8, 9];

        Assert.Throws<InvalidOperationException>(() => cache.Keep(tokens, _ => throw new InvalidOperationException()));

        Assert.Equal((0L, 0L, 0L), (cache.Statistics.PagesHeld, cache.Statistics.PagesLeased, cache.Statistics.Leases));
        using PrefixLease found = cache.Find(tokens);
        Assert.Equal(0, found.Length);
    }

    [Fact]
    public void Keep_WithAllPagesLeased_KeepsTheBeginningThatFitsAndCountsTheRest()
    {
        PrefixCache cache = Create(3);
        int[] first = [1, 2, 3, 4, 5, 6, 7, 8], second = [1, 2, 3, 4, 9, 9, 9, 9, 7, 7, 7, 7, 6];
        using PrefixLease leased = cache.Keep(first, Fill(first));

        using PrefixLease kept = cache.Keep(second, Fill(second));

        Assert.Equal((8, 8), (leased.Length, kept.Length));
        Check(leased, first);
        Assert.Equal((3L, 2L, 0L), (cache.Statistics.PagesHeld, cache.Statistics.Declined, cache.Statistics.Evictions));
    }

    [Fact]
    public void Keep_OfAGrowingSequence_ReplacesItsLastShortPage()
    {
        PrefixCache cache = Create(100);
        int[] tokens = [.. Enumerable.Range(1, 40)];
        for (int length = 1; length <= 40; length++)
        {
            cache.Keep(tokens.AsSpan(0, length), Fill(tokens)).Dispose();
        }

        Assert.Equal(10, cache.Statistics.PagesHeld);
        using PrefixLease found = cache.Find(tokens);
        Check(found, tokens);
        Assert.Equal(40, found.Length);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(100)]
    [InlineData(500)]
    public void Replay_OfASyntheticTrace_HitsAsOftenAsAnIdealCacheOfThatSize(int pages)
    {
        int[][] trace = [.. SyntheticTrace(new Random(5))];
        var cache = new PrefixCache(1, 1, pages, () => []);
        var ideal = new List<(int Depth, int Block)>();
        long hits = 0, idealHits = 0, asked = 0;
        foreach (int[] blocks in trace)
        {
            asked += blocks.Length;
            using (PrefixLease found = cache.Find(blocks))
            {
                hits += found.Length;
            }

            cache.Keep(blocks, _ => { }).Dispose();

            // The ideal cache is one list of blocks, the last used first; a block is used after those that follow it.
            int known = 0;
            while (known < blocks.Length && ideal.Contains((known, blocks[known])))
            {
                known++;
            }

            idealHits += known;
            for (int i = blocks.Length - 1; i >= 0; i--)
            {
                ideal.Remove((i, blocks[i]));
                ideal.Insert(0, (i, blocks[i]));
            }

            ideal.RemoveRange(Math.Min(pages, ideal.Count), Math.Max(0, ideal.Count - pages));
        }

        Assert.InRange(100.0 * (hits - idealHits) / asked, -1, 1);
        Assert.InRange(hits, 1, asked);
    }

    /// <summary>Conversations with one of a few system prompts; each turn has all blocks of the turn before. Ids are unique, as hashes are.</summary>
    static IEnumerable<int[]> SyntheticTrace(Random random)
    {
        int next = 1_000;
        var open = new List<List<int>>();
        for (int request = 0; request < 2_000; request++)
        {
            if (open.Count < 30 || random.Next(5) == 0)
            {
                int system = random.Next(3);
                open.Add([.. Enumerable.Range(system * 10, 6)]);
            }

            List<int> conversation = open[^(1 + (int)(open.Count * Math.Pow(random.NextDouble(), 3)))];
            conversation.AddRange(Enumerable.Range(next, 1 + random.Next(3)));
            next += 10;
            yield return [.. conversation];
        }
    }

    static PrefixCache Create(int pages) => new(Page, Page * sizeof(int), pages * Page * sizeof(int), () => new byte[Page * sizeof(int)]);

    static int[] Sequence(Random random)
    {
        int length = 1 + random.Next(30), letters = random.Next(2) + 1;
        return [.. Enumerable.Range(0, length).Select(i => i < 6 ? random.Next(2) : random.Next(letters * 2))];
    }

    static Action<PageSlice[]> Fill(int[] tokens) => slices =>
    {
        foreach (PageSlice slice in slices)
        {
            for (int i = 0; i < slice.Count; i++)
            {
                BitConverter.TryWriteBytes(slice.Page.AsSpan((slice.At + i) * sizeof(int)), tokens[slice.Start + i]);
            }
        }
    };

    static void Check(PrefixLease lease, int[] tokens)
    {
        Assert.Equal(tokens.Take(lease.Length), lease.GetTokens());
        int position = 0;
        foreach (PageSlice slice in lease.Slices(0, lease.Length))
        {
            Assert.Equal(position, slice.Start);
            for (int i = 0; i < slice.Count; i++)
            {
                Assert.Equal(tokens[position++], BitConverter.ToInt32(slice.Page, (slice.At + i) * sizeof(int)));
            }
        }

        Assert.Equal(lease.Length, position);
    }
}

using AgentChain.Devices;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tests.Fixtures;

namespace AgentChain.Onnx.Tests.Language;

/// <summary>The ledger has the memory of pages and of growing caches, and gets it back on every way out.</summary>
public sealed class MemoryLedgerTests : IDisposable
{
    const int PageBytes = 100;
    static readonly TimeSpan Hang = TimeSpan.FromMinutes(2);

    readonly OnnxRuntimeHost _host = new();
    readonly DeviceLane _lane = new("test");

    public void Dispose()
    {
        _lane.Dispose();
        Assert.Empty(_host.Ledger.Holders);
    }

    [Fact]
    public void Keep_TenThousandRandomCycles_AreAccountedForAndLeaveZero()
    {
        var random = new Random(3);
        var ledger = new DeviceLedger([new("cpu", DeviceKind.Cpu)]);
        var cache = Pages(ledger, pages: 12);
        List<PrefixLease> leases = [];
        for (int i = 0; i < 10_000; i++)
        {
            int[] tokens = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => random.Next(3))];
            switch (random.Next(8))
            {
                case 0:
                    leases.Add(cache.Find(tokens));
                    break;
                case 1:
                    // Where all pages are leased, there is none to fill.
                    Exception? thrown = Record.Exception(() => leases.Add(cache.Keep([.. tokens, 100 + i], static _ => throw new FormatException())));
                    Assert.True(thrown is null or FormatException);
                    break;
                case 2 when leases.Count > 0:
                    leases.Add(leases[random.Next(leases.Count)].Fork());
                    break;
                case 3 when i % 50 == 0:
                    cache.Clear();
                    break;
                case 4 or 5 when leases.Count > 0:
                    int at = random.Next(leases.Count);
                    leases[at].Dispose();
                    leases.RemoveAt(at);
                    break;
                default:
                    leases.Add(cache.Keep(tokens, static _ => { }));
                    break;
            }

            PrefixCacheStatistics now = cache.Statistics;
            Assert.InRange(ledger.ReservedBytes("cpu"), now.BytesHeld, 12 * PageBytes);
        }

        leases.ForEach(lease => lease.Dispose());
        cache.Clear();
        Assert.Equal((0, 0), (ledger.ReservedBytes("cpu"), cache.Statistics.PagesHeld));
    }

    [Fact]
    public void Keep_LedgerHasNoMemoryLeft_EvictsAndDeclinesInsteadOfTakingMore()
    {
        var ledger = new DeviceLedger([new("cpu", DeviceKind.Cpu) { MemoryBytes = 5 * PageBytes }]);
        using MemoryLease other = ledger.Reserve("cpu", 2 * PageBytes, MemoryPurpose.Workspace, "other");
        var cache = Pages(ledger, pages: 12);
        using (PrefixLease three = cache.Keep([1, 1, 2, 2, 3, 3], static _ => { }))
        {
            Assert.Equal(6, three.Length);
            using PrefixLease none = cache.Keep([7, 7], static _ => { });
            Assert.Equal((0, 1), (none.Length, cache.Statistics.Declined));
        }

        using PrefixLease evicts = cache.Keep([7, 7], static _ => { });
        Assert.Equal((2, 1), (evicts.Length, cache.Statistics.Evictions));
        Assert.Equal(0, ledger.FreeBytes("cpu"));
    }

    [Fact]
    public void Clear_WhileOthersWaitForMemory_ServesThem()
    {
        ComputeDevice cpu = new("cpu", DeviceKind.Cpu) { MemoryBytes = 5 * PageBytes };
        using var devices = new DeviceScheduler([cpu]);
        var cache = Pages(devices.Ledger, pages: 5);
        cache.Keep([1, 1, 2, 2, 3, 3, 4, 4, 5, 5], static _ => { }).Dispose();
        Task<DeviceLease> waits = devices.AcquireAsync(new("work", DeviceRequest.Any) { MemoryBytes = PageBytes }, default).AsTask();
        Assert.False(waits.IsCompleted);
        cache.Clear();
        waits.GetAwaiter().GetResult().Dispose();
        Assert.Equal(0, devices.Ledger.ReservedBytes("cpu"));
    }

    [Fact]
    public async Task Generate_GrowingCaches_AreAccountedForAndGivenBack()
    {
        long weights;
        using (LanguageModel model = LanguageModel.Load(_host, Fixture.Path("tiny-optimum"), options: new() { MaxConcurrency = 2, PrefixCacheBytes = 0 }))
        {
            weights = _host.Ledger.ReservedBytes("cpu");
            for (int i = 0; i < 200; i++)
            {
                int[] prompt = [.. Enumerable.Range(0, 5 + (i % 20)).Select(t => 1 + ((t * (i % 3 + 1)) % 50))];
                using var cancel = new CancellationTokenSource();
                try
                {
                    await foreach (GeneratedToken _ in model.Generate(_lane, prompt, new GenerationOptions { MaxTokens = 1 + (i % 9) }).WithCancellation(cancel.Token))
                    {
                        if (i % 4 == 1)
                        {
                            await cancel.CancelAsync();
                        }
                        else if (i % 4 == 2)
                        {
                            throw new FormatException();
                        }
                    }
                }
                catch (Exception error) when (error is OperationCanceledException or FormatException)
                {
                }

                MemoryHolding[] caches = [.. _host.Ledger.Holders.Where(held => held.Purpose == MemoryPurpose.KeyValueCache)];
                Assert.InRange(caches.Length, 1, 2);
            }

            Assert.True(_host.Ledger.ReservedBytes("cpu") > weights);
        }

        Assert.True(weights > 0);
        Assert.Equal(0, _host.Ledger.ReservedBytes("cpu"));
    }

    [Fact]
    public void Read_RewindForkAndDispose_TheLedgerHasTheLengthOfEachCache()
    {
        using LanguageModel model = LanguageModel.Load(_host, Fixture.Path("tiny-optimum"), options: new() { PrefixCacheBytes = 0 });
        using KeyValueCache cache = model.CreateCache();
        long empty = _host.Ledger.ReservedBytes("cpu");
        cache.Read([1, 2, 3, 4]);
        long four = _host.Ledger.ReservedBytes("cpu") - empty;
        Assert.True(four > 0);
        cache.Read([5, 6, 7, 8]);
        Assert.Equal(2 * four, _host.Ledger.ReservedBytes("cpu") - empty);
        cache.Rewind(2);
        cache.Read([3, 4]);
        Assert.Equal(four, _host.Ledger.ReservedBytes("cpu") - empty);
        using (cache.Fork())
        {
            Assert.Equal(2 * four, _host.Ledger.ReservedBytes("cpu") - empty);
        }

        using var canceled = new CancellationTokenSource();
        canceled.Cancel();
        Assert.ThrowsAny<Exception>(() => cache.Read([5, 6, 7, 8], canceled.Token));
        Assert.InRange(_host.Ledger.ReservedBytes("cpu") - empty, 0, four);
    }

    [Fact]
    public async Task Generate_DeviceIsLost_GivesEverythingBackWithTheModel()
    {
        foreach (string folder in (string[])["tiny-optimum", "tiny-genai"])
        {
            using (LanguageModel model = LanguageModel.Load(_host, Fixture.Path(folder)))
            {
                using var devices = new DeviceScheduler(_host.Devices) { Ledger = _host.Ledger };
                using DeviceLease lease = await devices.AcquireAsync(new("answer", DeviceRequest.Named("cpu")), default);
                IAsyncEnumerator<GeneratedToken> tokens = model.Generate(lease.Lane, [1, 2, 3], new GenerationOptions { MaxTokens = 100 }).GetAsyncEnumerator();
                Assert.True(await tokens.MoveNextAsync());
                devices.MarkLost("cpu");
                Exception? thrown = await Record.ExceptionAsync(async () =>
                {
                    while (await tokens.MoveNextAsync())
                    {
                    }
                }).AsTask().WaitAsync(Hang);
                await tokens.DisposeAsync();
                Assert.True(thrown is null or DeviceLostException, $"{thrown}");
            }

            // The lane has given up a call that may still run; what it uses is given back as it returns.
            for (int i = 0; i < 600 && _host.Ledger.Holders.Count > 0; i++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }

            Assert.Empty(_host.Ledger.Holders);
        }
    }

    static PrefixCache Pages(DeviceLedger ledger, int pages) =>
        new(2, PageBytes, pages * PageBytes, static () => [], ledger.Reserve("cpu", 0, MemoryPurpose.KeyValueCache, "pages"));
}

using System.Diagnostics.Metrics;
using AgentChain.Devices;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tests.Fixtures;
using AgentChain.Onnx.Tests.Runtime;

namespace AgentChain.Onnx.Tests.Language;

/// <summary>A lease on pages ends on every way out: end, cancel, fault, and a lane that hangs.</summary>
public sealed class PrefixLeaseTests : IDisposable
{
    static readonly TimeSpan Hang = TimeSpan.FromMinutes(2);

    readonly OnnxRuntimeHost _host = new();
    readonly DeviceLane _lane = new("test");

    public void Dispose() => _lane.Dispose();

    [Fact]
    public async Task Generate_CanceledAtAnyMomentWithFewPages_LeavesNoLeaseAndTheSameTokens()
    {
        using LanguageModel model = Load(o => o with { MaxConcurrency = 3, PrefixCacheBytes = 8 * 32 * TokenBytes });
        using LanguageModel plain = Load(o => o with { PrefixCacheBytes = 0 });
        int[][] prompts = [.. Enumerable.Range(0, 9).Select(i => Prompt(i % 3, 40).Concat(Prompt(10 + i, 20)).ToArray())];
        List<int>[] answers = [.. prompts.Select(p => TokensAsync(plain, p, int.MaxValue).AsTask().GetAwaiter().GetResult())];

        await Task.WhenAll(Enumerable.Range(0, 600).Select(async i =>
        {
            int at = i % prompts.Length, until = i % 5 == 0 ? int.MaxValue : i % 7;
            List<int> tokens = await TokensAsync(model, prompts[at], until);
            Assert.Equal(until == int.MaxValue ? answers[at] : answers[at].Take(tokens.Count), tokens);
        })).WaitAsync(Hang);

        PrefixCacheStatistics ledger = model.PrefixCache!.Statistics;
        Assert.Equal((0L, 0L), (ledger.Leases, ledger.PagesLeased));
        Assert.InRange(ledger.PagesHeld, 1, 8);
        Assert.True(ledger.Evictions > 0);
    }

    [Fact]
    public async Task Generate_CanceledWhileItsLaneHangs_ReturnsItsLeaseAtOnceAndKeepsThePages()
    {
        using LanguageModel model = Load(o => o with { MaxConcurrency = 1 });
        int[] prompt = Prompt(1, 60);
        List<int> answer = await TokensAsync(model, prompt, int.MaxValue);
        await TokensAsync(model, Prompt(2, 60), int.MaxValue);
        using var go = new ManualResetEventSlim();
        Task hanging = _lane.RunAsync(go, static (go, _) => go.Wait(Hang), default).AsTask();
        using var cancel = new CancellationTokenSource();
        ValueTask<bool> first = model.Generate(_lane, prompt).GetAsyncEnumerator(cancel.Token).MoveNextAsync();
        Assert.Equal(1, model.PrefixCache!.Statistics.Leases);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.AsTask().WaitAsync(Hang));
        Assert.Equal(0, model.PrefixCache.Statistics.Leases);
        go.Set();
        await hanging;
        Generation again = model.Generate(_lane, prompt, new GenerationOptions { MaxTokens = 24 });
        Assert.Equal(answer, await IdsAsync(again));
        Assert.Equal(59, again.Statistics.ReusedTokens);
    }

    [Fact]
    public async Task Generate_WhereTheNativeCallHangs_GoesOnWithAnotherCacheAndReleasesTheFirstLater()
    {
        using var go = new ManualResetEventSlim(true);
        OnnxRuntimeHost machine = TwoMemories.CreateHost(() => go.Wait(Hang));
        DeviceRequest twin = DeviceRequest.Named(TwoMemories.Accelerator);
        using LanguageModel reader = Load(o => o), writer = Load(o => o with { PrefixCache = reader.PrefixCache, MaxConcurrency = 1 }, machine, twin);
        using var devices = new DeviceScheduler([writer.Device]) { CallLimit = TimeSpan.FromMilliseconds(300) };
        DeviceLane lane = (await devices.AcquireAsync(new PlacementRequest("test", twin), default)).Lane;
        int[] known = Prompt(11, 60), unknown = Prompt(12, 60);
        List<int> answer = await TokensAsync(reader, known, int.MaxValue);
        go.Reset();

        await Assert.ThrowsAsync<LaneHungException>(async () => await IdsAsync(writer.Generate(lane, known)).WaitAsync(Hang));
        Assert.Equal(1, reader.PrefixCache!.Statistics.Leases);
        go.Set();

        Assert.NotEmpty(await IdsAsync(writer.Generate(lane, unknown)).WaitAsync(Hang));
        Assert.True(SpinWait.SpinUntil(() => devices.HungCalls == 0, Hang));
        Assert.Equal(answer, await IdsAsync(writer.Generate(lane, known, new GenerationOptions { MaxTokens = 24 })).WaitAsync(Hang));
        Assert.Equal((1, 0), (writer.Caches, reader.PrefixCache.Statistics.Leases));
    }

    [Fact]
    public async Task Generate_WhereACopyToTheDeviceFails_SaysSoAndReturnsTheLease()
    {
        bool fails = false;
        OnnxRuntimeHost machine = TwoMemories.CreateHost(() => Throw(fails));
        using LanguageModel reader = Load(o => o), writer = Load(o => o with { PrefixCache = reader.PrefixCache }, machine, DeviceRequest.Named(TwoMemories.Accelerator));
        int[] prompt = Prompt(3, 60);
        List<int> answer = await TokensAsync(reader, prompt, int.MaxValue);
        fails = true;

        OnnxModelException error = await Assert.ThrowsAsync<OnnxModelException>(async () => await TokensAsync(writer, prompt, int.MaxValue));

        Assert.Contains("cannot copy", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, reader.PrefixCache!.Statistics.Leases);
        Assert.Equal(answer, await TokensAsync(reader, prompt, int.MaxValue));
    }

    [Fact]
    public async Task Generate_OnADeviceThatCannotBeCopiedFrom_GoesOnWithoutPages()
    {
        int copies = 0;
        OnnxRuntimeHost machine = TwoMemories.CreateHost(() => Throw(copies++ >= 0));
        using LanguageModel model = Load(o => o with { MaxConcurrency = 1 }, machine, DeviceRequest.Named(TwoMemories.Accelerator));
        using LanguageModel plain = Load(o => o with { PrefixCacheBytes = 0 });
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(await TokensAsync(plain, Prompt(i, 50), int.MaxValue), await TokensAsync(model, Prompt(i, 50), int.MaxValue));
        }

        PrefixCacheStatistics ledger = model.PrefixCache!.Statistics;
        Assert.Equal((1, 0L, 0L, 0L), (copies, ledger.Leases, ledger.PagesHeld, ledger.PagesLeased));
    }

    [Fact]
    public void Load_OfAnotherModel_NamesTheDifference()
    {
        using LanguageModel model = Load(o => o);
        using LanguageModel narrow = LanguageModel.Load(_host, Fixture.Path("tiny-genai-fp16"));
        using var patched = new PatchedModel(Fixture.Path("tiny-genai"), "model.onnx", "logits.w", 1, count: 1);
        using LanguageModel retrained = LanguageModel.Load(_host, patched.Path);
        using KeyValueCache cache = model.CreateCache(), ofNarrow = narrow.CreateCache(), ofRetrained = retrained.CreateCache();
        cache.Read(Prompt(5, 10));
        using PrefixLease saved = cache.Save();

        KeyValueMismatchException shape = Assert.Throws<KeyValueMismatchException>(() => cache.CopyTo(ofNarrow));
        KeyValueMismatchException content = Assert.Throws<KeyValueMismatchException>(() => ofRetrained.Load(saved));
        Assert.Throws<KeyValueMismatchException>(() => LanguageModel.Load(_host, patched.Path, options: new() { PrefixCache = model.PrefixCache }));

        Assert.Contains("Float with", shape.Message, StringComparison.Ordinal);
        Assert.Contains("Float16 with", shape.Message, StringComparison.Ordinal);
        Assert.Contains("contents of their files differ", content.Message, StringComparison.Ordinal);
        Assert.Contains($"'{Path.Combine(patched.Path, "model.onnx")}' cannot continue", content.Message, StringComparison.Ordinal);
        Assert.Contains($"of '{Path.Combine(Fixture.Path("tiny-genai"), "model.onnx")}'", content.Message, StringComparison.Ordinal);
        Assert.Equal((0, 0), (ofNarrow.Length, ofRetrained.Length));
    }

    [Fact]
    public void Load_FilesWereReplacedSinceTheOtherModelWasLoaded_IsAnotherModel()
    {
        using var folder = new PatchedModel(Fixture.Path("tiny-genai"), "model.onnx", "logits.w", 1, count: 1);
        using var other = new PatchedModel(Fixture.Path("tiny-genai"), "model.onnx", "logits.w", 2, count: 1);
        using LanguageModel model = LanguageModel.Load(_host, folder.Path);
        File.Copy(Path.Combine(other.Path, "model.onnx"), Path.Combine(folder.Path, "model.onnx"), overwrite: true);

        Assert.Throws<KeyValueMismatchException>(() => LanguageModel.Load(_host, folder.Path, options: new() { PrefixCache = model.PrefixCache }));
    }

    [Fact]
    public void CopyTo_ACacheWithLessRoom_NamesBothNumbersAndChangesNothing()
    {
        using LanguageModel model = Load(o => o), small = Load(o => o with { MaxLength = 16 });
        using KeyValueCache cache = model.CreateCache(), other = small.CreateCache();
        cache.Read(Prompt(6, 20));
        other.Read(Prompt(7, 5));
        using PrefixLease saved = cache.Save();

        ArgumentException copied = Assert.Throws<ArgumentException>(() => cache.CopyTo(other));
        ArgumentException loaded = Assert.Throws<ArgumentException>(() => other.Load(saved));

        Assert.All([copied, loaded], error => Assert.Contains("16 tokens, not for 20", error.Message, StringComparison.Ordinal));
        Assert.Equal(Prompt(7, 5), other.Tokens.ToArray());
    }

    [Fact]
    public async Task Generate_WithAListener_RecordsTheLedger()
    {
        using var meters = new Meters();
        using LanguageModel model = Load(o => o with { MeterFactory = meters, MaxConcurrency = 1 });
        var seen = new Dictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter == meters.Made && instrument.IsObservable)
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            seen[instrument.Name.Replace("agentchain.language_model.prefix_cache.", "", StringComparison.Ordinal) + (tags[^1].Value is bool found ? found : "")] = value);
        listener.Start();
        await TokensAsync(model, Prompt(8, 60), int.MaxValue);
        await TokensAsync(model, Prompt(9, 60), int.MaxValue);
        await TokensAsync(model, Prompt(8, 60), int.MaxValue);
        using PrefixLease lease = model.PrefixCache!.Lease(Prompt(8, 60));

        listener.RecordObservableInstruments();

        PrefixCacheStatistics ledger = model.PrefixCache.Statistics;
        Assert.Equal((ledger.BytesHeld, 2 * model.PrefixCache.PageBytes), (seen["size"], seen["leased"]));
        Assert.Equal((ledger.HitTokens, ledger.MissedTokens, 0), (seen["tokensTrue"], seen["tokensFalse"], seen["evictions"]));
        Assert.InRange(ledger.HitTokens, 119, 121);
        Assert.Equal(4, ledger.Hits + ledger.Misses);
    }

    [Fact]
    public void Validate_WithANegativeBudget_NamesTheOption() =>
        Assert.Equal("PrefixCacheBytes", Assert.Throws<ArgumentOutOfRangeException>(() => Load(o => o with { PrefixCacheBytes = -1 })).ParamName);

    [Fact]
    public void Load_BudgetBelowAPage_NamesBothAndTheWayOut()
    {
        long page = 32 * TokenBytes;
        var error = Assert.Throws<ArgumentOutOfRangeException>("PrefixCacheBytes", () => Load(o => o with { PrefixCacheBytes = page - 1 }));

        Assert.Contains($"PrefixCacheBytes is {page - 1}: a page of '", error.Message, StringComparison.Ordinal);
        Assert.Contains($"has {page} bytes (32 tokens); give at least that, or 0 to keep nothing", error.Message, StringComparison.Ordinal);
        Assert.Empty(_host.Ledger.Holders);
    }

    [Fact]
    public void Save_LongerThanTheBudget_TellsHowMuchWasSaved()
    {
        using LanguageModel model = Load(o => o with { PrefixCacheBytes = 32 * TokenBytes });
        using KeyValueCache cache = model.CreateCache();
        cache.Read(Prompt(7, 70));
        using PrefixLease saved = cache.Save();
        Assert.Equal((70, 32), (cache.Length, saved.Length));
    }

    LanguageModel Load(Func<LanguageModelOptions, LanguageModelOptions> change, OnnxRuntimeHost? host = null, DeviceRequest device = default) =>
        LanguageModel.Load(host ?? _host, Fixture.Path("tiny-genai"), device, change(new() { MaxLength = 160 }));

    static long TokenBytes
    {
        get
        {
            using LanguageModel model = LanguageModel.Load(new OnnxRuntimeHost(), Fixture.Path("tiny-genai"));
            return model.PrefixCache!.PageBytes / model.PrefixCache.PageTokens;
        }
    }

    static void Throw(bool fails)
    {
        if (fails)
        {
            // ONNX Runtime's own exception has no public constructor, so one of its errors is provoked.
            using var options = new Microsoft.ML.OnnxRuntime.SessionOptions();
            _ = new Microsoft.ML.OnnxRuntime.InferenceSession([1, 2, 3], options);
        }
    }

    static int[] Prompt(int seed, int length)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(90))];
    }

    /// <summary>Returns the tokens of an answer, which is canceled after a number of them.</summary>
    async ValueTask<List<int>> TokensAsync(LanguageModel model, int[] prompt, int until)
    {
        using var cancel = new CancellationTokenSource();
        if (until == 0)
        {
            await cancel.CancelAsync();
        }

        var tokens = new List<int>();
        try
        {
            await foreach (GeneratedToken token in model.Generate(_lane, prompt, new GenerationOptions { MaxTokens = 24 }).WithCancellation(cancel.Token))
            {
                tokens.Add(token.Id);
                if (tokens.Count >= until)
                {
                    await cancel.CancelAsync();
                }
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
        }

        return tokens;
    }

    static async Task<List<int>> IdsAsync(Generation generation)
    {
        var ids = new List<int>();
        await foreach (GeneratedToken token in generation)
        {
            ids.Add(token.Id);
        }

        return ids;
    }
}

using AgentChain.Devices;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tests.Runtime;

namespace AgentChain.Onnx.Tests.Language;

/// <content>Pages of the prefix cache: they save reading and change nothing.</content>
public abstract partial class LanguageModelContract
{
    [Fact]
    public async Task Generate_AfterOthersTookTheCaches_ContinuesFromPagesWithTheSameTokens()
    {
        List<int> prompt = Prompt(201, 70);
        List<int> once = await TokensAsync(Model, Lane, prompt);
        await OverwriteCachesAsync();

        Generation again = Model.Generate(Lane, prompt, Greedy(24));

        Assert.Equal(once, await IdsAsync(again));
        Assert.Equal(69, again.Statistics.ReusedTokens);
        AssertNothingLeased(Model);
    }

    [Fact]
    public async Task Generate_APromptThatPartsWithinAPage_ContinuesFromWhereTheyPart()
    {
        List<int> first = Prompt(202, 70), second = [.. first[..41], .. Prompt(203, 20)];
        await TokensAsync(Model, Lane, first);
        await OverwriteCachesAsync();

        Generation generation = Model.Generate(Lane, second, Greedy(24));
        List<int> tokens = await IdsAsync(generation);

        Assert.Equal(41, generation.Statistics.ReusedTokens);
        Assert.Equal(await FreshAsync(second), tokens);
    }

    [Fact]
    public async Task PrefillAsync_Interrupted_IsResumedFromPages()
    {
        using LanguageModel chunked = LanguageModel.Load(Host, Folder, options: _options with { PrefillChunk = 7, MaxConcurrency = 1 });
        List<int> prompt = Prompt(204, 60);
        using var cancel = new CancellationTokenSource();
        using var hold = new ManualResetEventSlim();
        ValueTask<bool> held = Lane.RunAsync(hold, static (h, token) => { h.Wait(token); return true; }, CancellationToken.None);
        Task<int> prefill = chunked.PrefillAsync(Lane, prompt, cancel.Token).AsTask();
        ValueTask<bool> cancelled = Lane.RunAsync(cancel, static (c, _) => { c.Cancel(); return true; }, CancellationToken.None);
        hold.Set();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => prefill).WaitAsync(Hang);
        Assert.True(await held && await cancelled);
        await TokensAsync(chunked, Lane, Prompt(205, 30));

        int read = await chunked.PrefillAsync(Lane, prompt);
        Generation generation = chunked.Generate(Lane, prompt, Greedy(24));

        Assert.Equal(await FreshAsync(prompt), await IdsAsync(generation));
        Assert.Equal((53, 59), (read, generation.Statistics.ReusedTokens));
        AssertNothingLeased(chunked);
    }

    [Fact]
    public void Save_ThenForkAndLoad_BranchesWithTheSameLogits()
    {
        using KeyValueCache cache = Model.CreateCache();
        int[] prompt = [.. Prompt(206, 40)], left = [.. Prompt(207, 5)], right = [.. Prompt(208, 6)];
        cache.Read(prompt);
        using PrefixLease saved = cache.Save(), branch = saved.Fork();
        using KeyValueCache first = Model.CreateCache(), second = Model.CreateCache();
        first.Load(saved);
        second.Load(branch);

        Assert.Equal(prompt, saved.GetTokens());
        Assert.Equal(prompt, second.Tokens.ToArray());
        float[] forked = second.Read(right).ToArray();
        Assert.Equal(cache.Read(left).ToArray(), first.Read(left).ToArray());
        cache.Rewind(40);
        Assert.Equal(cache.Read(right).ToArray(), forked);
        Assert.Equal(2, Model.PrefixCache!.Statistics.Leases);
    }

    [Fact]
    public void Load_IntoACacheWithOtherTokens_HasExactlyThoseOfTheLease()
    {
        using KeyValueCache cache = Model.CreateCache();
        int[] prompt = [.. Prompt(209, 50)];
        cache.Read(prompt);
        using PrefixLease saved = cache.Save();
        float[] expected = cache.Read(prompt.AsSpan(0, 3)).ToArray();
        using KeyValueCache other = Model.CreateCache();
        other.Read([.. prompt[..20], .. Prompt(210, 60)]);

        other.Load(saved);
        other.Rewind(45);
        other.Load(saved);

        Assert.Equal(prompt, other.Tokens.ToArray());
        Assert.Equal(expected, other.Read(prompt.AsSpan(0, 3)).ToArray());
        Assert.Equal(1, Model.PrefixCache!.Statistics.Leases);
    }

    [Fact]
    public void Dispose_OfACacheThatLoadedALease_ReleasesItsPages()
    {
        using KeyValueCache cache = Model.CreateCache();
        cache.Read([.. Prompt(211, 40)]);
        PrefixLease saved = cache.Save();
        KeyValueCache other = Model.CreateCache();
        other.Load(saved);
        saved.Dispose();
        saved.Dispose();
        Assert.Equal(1, Model.PrefixCache!.Statistics.Leases);

        other.Dispose();

        AssertNothingLeased(Model);
        Assert.Throws<ObjectDisposedException>(() => saved.Fork());
        Assert.Throws<ObjectDisposedException>(() => cache.Load(saved));
    }

    [Fact]
    public void CopyTo_ACacheOnAnotherDevice_ContinuesWithTheSameLogits()
    {
        using LanguageModel twin = LanguageModel.Load(TwoMemories.CreateHost(), Folder, DeviceRequest.Named(TwoMemories.Accelerator), _options);
        using KeyValueCache here = Model.CreateCache(), there = twin.CreateCache();
        int[] prompt = [.. Prompt(212, 60)], next = [.. Prompt(213, 6)];
        here.Read(prompt);
        there.Read([.. prompt[..13], .. next]);

        here.CopyTo(there);

        Assert.Equal(prompt, there.Tokens.ToArray());
        for (int i = 0; i < next.Length; i++)
        {
            Assert.Equal(here.Read(next.AsSpan(i, 1)).ToArray(), there.Read(next.AsSpan(i, 1)).ToArray());
        }

        there.CopyTo(here);
        Assert.Equal(there.Read(prompt.AsSpan(0, 9)).ToArray(), here.Read(prompt.AsSpan(0, 9)).ToArray());
    }

    [Fact]
    public async Task Generate_OnAnotherDeviceThanThePrefill_GivesTheSameTokens()
    {
        using LanguageModel twin = LanguageModel.Load(TwoMemories.CreateHost(), Folder, DeviceRequest.Named(TwoMemories.Accelerator), _options with { PrefixCache = Model.PrefixCache });
        using var lane = new DeviceLane(TwoMemories.Accelerator);
        for (int seed = 214; seed < 218; seed++)
        {
            List<int> prompt = Prompt(seed, 90);
            Assert.Equal(90, await Model.PrefillAsync(Lane, prompt));

            Generation generation = twin.Generate(lane, prompt, Greedy(24));

            Assert.Equal(await FreshAsync(prompt), await IdsAsync(generation));
            Assert.Equal(89, generation.Statistics.ReusedTokens);
        }

        AssertNothingLeased(Model);
    }

    [Fact]
    public async Task Generate_WithoutAPrefixCache_KeepsOnlyTheCachesOfItsGenerations()
    {
        using LanguageModel plain = LanguageModel.Load(Host, Folder, options: _options with { PrefixCacheBytes = 0, MaxConcurrency = 1 });
        List<int> prompt = Prompt(220, 40);
        List<int> once = await TokensAsync(plain, Lane, prompt);
        await TokensAsync(plain, Lane, Prompt(221, 40));

        Generation again = plain.Generate(Lane, prompt, Greedy(24));

        Assert.Equal(once, await IdsAsync(again));
        Assert.InRange(again.Statistics.ReusedTokens, 0, 5);
        Assert.Null(plain.PrefixCache);
        using KeyValueCache cache = plain.CreateCache();
        Assert.Contains("PrefixCacheBytes", Assert.Throws<InvalidOperationException>(cache.Save).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_ManyConversationsInTurns_StaysWithinTheBudgetAndKeepsWhatIsLeased()
    {
        using LanguageModel model = LanguageModel.Load(Host, Folder, options: _options with { PrefixCacheBytes = 40 * Model.PrefixCache!.PageBytes });
        PrefixCache pages = model.PrefixCache!;
        List<int> system = Prompt(222, 64), kept = [.. system, .. Prompt(223, 32)];
        await model.PrefillAsync(Lane, kept);
        using PrefixLease lease = pages.Lease(kept);
        for (int i = 0; i < 60; i++)
        {
            await IdsAsync(model.Generate(Lane, [.. system, .. Prompt(300 + i, 40)], Greedy(2)));
            Assert.InRange(pages.Statistics.BytesHeld, 1, pages.BudgetBytes);
        }

        Generation generation = model.Generate(Lane, kept, Greedy(24));

        Assert.Equal(await FreshAsync(kept), await IdsAsync(generation));
        Assert.Equal(95, generation.Statistics.ReusedTokens);
        PrefixCacheStatistics ledger = pages.Statistics;
        Assert.Equal((96, 1L, 3L), (lease.Length, ledger.Leases, ledger.PagesLeased));
        Assert.True(ledger.Evictions > 0);
    }

    [Fact]
    public async Task Clear_ForgetsTheTextOfAllConversations()
    {
        using LanguageModel model = LanguageModel.Load(Host, Folder, options: _options with { MaxConcurrency = 1 });
        List<int> prompt = Prompt(224, 40);
        await TokensAsync(model, Lane, prompt);
        await TokensAsync(model, Lane, Prompt(225, 40));

        model.PrefixCache!.Clear();

        Assert.Equal((0L, 0L), (model.PrefixCache.Statistics.PagesHeld, model.PrefixCache.Statistics.BytesHeld));
        using PrefixLease nothing = model.PrefixCache.Lease(prompt);
        Assert.Equal(0, nothing.Length);
        Assert.Equal(await FreshAsync(prompt), await TokensAsync(model, Lane, prompt));
    }

    [Fact]
    public async Task Dispose_OfTheModel_LetsGoOfThePagesOnceTheirLeasesEnd()
    {
        LanguageModel model = LanguageModel.Load(Host, Folder, options: _options);
        await TokensAsync(model, Lane, Prompt(226, 40));
        PrefixLease lease = model.PrefixCache!.Lease(Prompt(226, 40));

        model.Dispose();

        Assert.Equal(40, lease.Length);
        Assert.Equal(2, model.PrefixCache.Statistics.PagesHeld);
        lease.Dispose();
        Assert.Equal(0, model.PrefixCache.Statistics.PagesHeld);
        Assert.Throws<ObjectDisposedException>(() => LanguageModel.Load(Host, Folder, options: _options with { PrefixCache = model.PrefixCache }));
    }

    /// <summary>Uses all caches of the model for other prompts, so that only pages remember earlier ones.</summary>
    async Task OverwriteCachesAsync()
    {
        for (int i = 0; i < 4; i++)
        {
            await Task.WhenAll(TokensAsync(Model, Lane, Prompt(800 + i, 30)), TokensAsync(Model, Lane, Prompt(900 + i, 30))).WaitAsync(Hang);
        }
    }

    static void AssertNothingLeased(LanguageModel model)
    {
        PrefixCacheStatistics ledger = model.PrefixCache!.Statistics;
        Assert.Equal((0L, 0L, 0L), (ledger.Leases, ledger.PagesLeased, ledger.BytesLeased));
    }
}

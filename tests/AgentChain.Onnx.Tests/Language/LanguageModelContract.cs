using AgentChain.Devices;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Tests.Language;

/// <summary>What every language model must do, whatever its layout and weights. Derive, name a folder, and the tests run on it.</summary>
public abstract partial class LanguageModelContract : IDisposable
{
    static readonly TimeSpan Hang = TimeSpan.FromMinutes(2);

    readonly LanguageModelOptions _options = new() { MaxConcurrency = 2, MaxLength = 160, PrefillChunk = 64 };

    protected LanguageModelContract(string folder)
    {
        Folder = folder;
        Host = new OnnxRuntimeHost();
        Model = LanguageModel.Load(Host, folder, options: _options);
        Lane = new DeviceLane("contract");
    }

    protected string Folder { get; }

    protected OnnxRuntimeHost Host { get; }

    protected LanguageModel Model { get; }

    protected DeviceLane Lane { get; }

    public void Dispose()
    {
        Lane.Dispose();
        Model.Dispose();
        Assert.Equal(0, Model.LiveBindings);
        Assert.Empty(Host.Ledger.Holders);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Generate_AfterAPromptThatBeginsAlike_EqualsAFreshModel()
    {
        List<int> first = Prompt(1, 30), second = [.. first.Take(21), .. Prompt(2, 15)];
        await TokensAsync(Model, Lane, first);

        Generation reused = Model.Generate(Lane, second, Greedy(24));
        List<int> tokens = await IdsAsync(reused);

        using LanguageModel fresh = LanguageModel.Load(Host, Folder, options: _options);
        Assert.Equal(await TokensAsync(fresh, Lane, second), tokens);
        Assert.InRange(reused.Statistics.ReusedTokens, 21, second.Count - 1);
    }

    [Fact]
    public async Task Generate_TheSamePromptTwice_ReadsOnlyItsLastTokenAgain()
    {
        List<int> prompt = Prompt(3, 25);
        List<int> once = await TokensAsync(Model, Lane, prompt);

        Generation again = Model.Generate(Lane, prompt, Greedy(24));

        Assert.Equal(once, await IdsAsync(again));
        Assert.Equal(24, again.Statistics.ReusedTokens);
    }

    [Fact]
    public async Task Generate_TheNextTurnOfAConversation_ReusesTheAnswerToo()
    {
        List<int> prompt = Prompt(4, 20);
        List<int> answer = await TokensAsync(Model, Lane, prompt);
        List<int> next = [.. prompt, .. answer, .. Prompt(5, 6)];

        Generation turn = Model.Generate(Lane, next, Greedy(8));
        List<int> tokens = await IdsAsync(turn);

        // The last token of an answer is never read by the generation that chose it.
        Assert.InRange(turn.Statistics.ReusedTokens, prompt.Count + answer.Count - 1, prompt.Count + answer.Count);
        using LanguageModel fresh = LanguageModel.Load(Host, Folder, options: _options);
        Assert.Equal(await IdsAsync(fresh.Generate(Lane, next, Greedy(8))), tokens);
    }

    [Fact]
    public async Task Generate_AnotherJobWaits_RunsAfterOneStretch()
    {
        (List<int> prompt, List<int> whole) = await LongAnswerAsync();
        using LanguageModel model = LanguageModel.Load(Host, Folder, options: _options with { TokensPerTurnOnLane = 4 });
        using var go = new ManualResetEventSlim();
        Task before = Lane.RunAsync(go, static (go, _) => go.Wait(Hang), default).AsTask();
        Generation generation = model.Generate(Lane, prompt, Greedy(24));
        Task<List<int>> ids = IdsAsync(generation);
        Task<int> other = Lane.RunAsync(generation, static (generation, _) => generation.Statistics.Steps, default).AsTask();
        go.Set();

        Assert.Equal(4, await other.WaitAsync(Hang));
        Assert.Equal(whole, await ids.WaitAsync(Hang));
        await before;
    }

    [Fact]
    public async Task Generate_CancelledMidStream_LeavesLaneAndCacheUsable()
    {
        (List<int> prompt, List<int> whole) = await LongAnswerAsync();
        int caches = Model.Caches;
        using var cancel = new CancellationTokenSource();
        int seen = 0;

        OperationCanceledException stopped = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (GeneratedToken token in Model.Generate(Lane, prompt, Greedy(100)).WithCancellation(cancel.Token))
            {
                if (++seen == 3)
                {
                    await cancel.CancelAsync();
                }
            }
        }).WaitAsync(Hang);

        Assert.Equal(cancel.Token, stopped.CancellationToken);
        Assert.Equal(3, seen);
        Assert.True(SpinWait.SpinUntil(() => Lane.Pending == 0, Hang)); // The lane drops a cancelled job when it comes to it.
        Assert.Equal(whole, await TokensAsync(Model, Lane, prompt));
        Assert.Equal(caches, Model.Caches);
    }

    [Fact]
    public async Task Generate_LeftEarly_FreesItsCache()
    {
        (List<int> prompt, List<int> whole) = await LongAnswerAsync();
        int caches = Model.Caches;
        for (int i = 0; i < 6; i++)
        {
            await foreach (GeneratedToken _ in Model.Generate(Lane, prompt, Greedy(100)))
            {
                break;
            }
        }

        Assert.Equal(whole, await TokensAsync(Model, Lane, prompt).WaitAsync(Hang));
        Assert.Equal(caches, Model.Caches);
    }

    [Fact]
    public async Task Generate_SeveralAtOnceOnOneLane_DoNotMix()
    {
        List<int>[] prompts = [.. Enumerable.Range(10, 6).Select(seed => Prompt(seed, 5 + seed))];
        var alone = new List<List<int>>();
        foreach (List<int> prompt in prompts)
        {
            using LanguageModel fresh = LanguageModel.Load(Host, Folder, options: _options);
            alone.Add(await TokensAsync(fresh, Lane, prompt));
        }

        List<int>[] together = await Task.WhenAll(prompts.Select(p => TokensAsync(Model, Lane, p))).WaitAsync(Hang);

        Assert.Equal(alone, together);
        Assert.InRange(Model.Caches, 1, 2);
    }

    [Fact]
    public async Task Generate_WithAReaderThatStops_LetsOthersOntoTheLane()
    {
        (List<int> prompt, _) = await LongAnswerAsync();
        IAsyncEnumerator<GeneratedToken> slow = Model.Generate(Lane, prompt, Greedy(140)).GetAsyncEnumerator();
        await slow.MoveNextAsync();

        List<int> other = await TokensAsync(Model, Lane, Prompt(21, 8)).WaitAsync(Hang);

        Assert.NotEmpty(other);
        await slow.DisposeAsync();
    }

    [Fact]
    public async Task WarmUpAsync_BeforeTheFirstPrompt_LeavesOneEmptyCacheThatItUses()
    {
        await Model.WarmUpAsync(Lane);
        Generation first = Model.Generate(Lane, Prompt(30, 12), Greedy(24));

        List<int> tokens = await IdsAsync(first);

        Assert.Equal((1, 0), (Model.Caches, first.Statistics.ReusedTokens));
        using LanguageModel cold = LanguageModel.Load(Host, Folder, options: _options);
        Assert.Equal(await TokensAsync(cold, Lane, Prompt(30, 12)), tokens);
    }

    [Fact]
    public async Task Generate_OfTwoConversationsInTurn_KeepsBoth()
    {
        List<int> first = Prompt(31, 40), second = Prompt(32, 40);
        await TokensAsync(Model, Lane, first);
        await TokensAsync(Model, Lane, second);

        Generation again = Model.Generate(Lane, first, Greedy(2));
        await IdsAsync(again);

        Assert.Equal(39, again.Statistics.ReusedTokens);
        Assert.Equal(2, Model.Caches);
    }

    [Fact]
    public async Task Generate_ManyAtOnceOnTwoLanes_SomeCancelled_MixesNothingAndLeaksNothing()
    {
        using var second = new DeviceLane("contract 2");
        (List<int> prompt, List<int> answer)[] known = new (List<int>, List<int>)[8];
        for (int i = 0; i < known.Length; i++)
        {
            List<int> prompt = [.. Prompt(50, 4 * (i % 3)), .. Prompt(60 + i, 10)];
            known[i] = (prompt, await TokensAsync(Model, Lane, prompt));
        }

        await Task.WhenAll(Enumerable.Range(0, 96).Select(async i =>
        {
            (List<int> prompt, List<int> answer) = known[i % known.Length];
            using var cancel = new CancellationTokenSource();
            int until = i % 3 == 0 ? i % 7 : int.MaxValue;
            var got = new List<int>();
            try
            {
                await foreach (GeneratedToken token in Model.Generate(i % 2 == 0 ? Lane : second, prompt, Greedy(24)).WithCancellation(cancel.Token))
                {
                    got.Add(token.Id);
                    if (got.Count > until)
                    {
                        await cancel.CancelAsync();
                    }
                }

                Assert.Equal(answer, got);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                Assert.Equal(answer.Take(got.Count), got);
            }
        })).WaitAsync(Hang);

        Assert.InRange(Model.Caches, 1, 2);
        Assert.True(SpinWait.SpinUntil(() => Lane.Pending + second.Pending == 0, Hang));
    }

    [Fact]
    public async Task Generate_InChunks_EqualsOneRunOverThePrompt()
    {
        List<int> prompt = Prompt(22, 60);
        using LanguageModel chunked = LanguageModel.Load(Host, Folder, options: _options with { PrefillChunk = 7 });

        Assert.Equal(await TokensAsync(Model, Lane, prompt), await TokensAsync(chunked, Lane, prompt));
    }

    [Fact]
    public async Task Generate_ToTheEndOfTheCache_SaysSo()
    {
        List<int> prompt = Prompt(23, 150);
        Generation generation = Model.Generate(Lane, prompt, Greedy(1000));

        List<int> tokens = await IdsAsync(generation);

        Assert.True(generation.Statistics.Finish is FinishReason.Stop || tokens.Count == 11, $"{generation.Statistics.Finish} after {tokens.Count}");
    }

    [Fact]
    public void Generate_WithAPromptThatDoesNotFit_NamesTheLimit() =>
        Assert.Contains("1 to 160", Assert.Throws<ArgumentException>(() => Model.Generate(Lane, Prompt(1, 161))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Generate_Sampled_RepeatsForASeedAndVariesOverSeeds()
    {
        List<int> prompt = Prompt(24, 10);
        GenerationOptions hot = new() { MaxTokens = 20, Temperature = 1.5f, TopK = 50, TopP = 0.95f, RepetitionPenalty = 1.1f };

        List<int> once = await IdsAsync(Model.Generate(Lane, prompt, hot with { Seed = 1 }));
        List<int> again = await IdsAsync(Model.Generate(Lane, prompt, hot with { Seed = 1 }));
        List<int>[] others = await Task.WhenAll(Enumerable.Range(2, 5).Select(s => IdsAsync(Model.Generate(Lane, prompt, hot with { Seed = (ulong)s }))));

        Assert.Equal(once, again);
        Assert.Contains(others, o => !o.SequenceEqual(once));
    }

    [Fact]
    public void Rewind_AndReadAgain_GivesWhatTheFirstReadingGave()
    {
        using KeyValueCache cache = Model.CreateCache();
        int[] prompt = [.. Prompt(25, 20)];
        float[] before = cache.Read(prompt.AsSpan(0, 12)).ToArray();
        cache.Read(prompt.AsSpan(12));
        cache.Rewind(8);

        float[] after = cache.Read(prompt.AsSpan(8, 4)).ToArray();

        Assert.Equal(12, cache.Length);
        AssertNear(before, after);
    }

    [Fact]
    public void Fork_GoesItsOwnWay()
    {
        using KeyValueCache cache = Model.CreateCache();
        int[] prompt = [.. Prompt(26, 16)], other = [.. Prompt(27, 4)];
        cache.Read(prompt.AsSpan(0, 12));
        using KeyValueCache fork = cache.Fork();

        float[] forked = fork.Read(other).ToArray();
        float[] own = cache.Read(prompt.AsSpan(12)).ToArray();

        using KeyValueCache fresh = Model.CreateCache(), freshFork = Model.CreateCache();
        AssertNear(fresh.Read(prompt).ToArray(), own);
        AssertNear(freshFork.Read([.. prompt[..12], .. other]).ToArray(), forked);
        Assert.Equal([.. prompt[..12], .. other], fork.Tokens.ToArray());
    }

    [Fact]
    public void Read_Cancelled_LeavesTheCacheAsItWas()
    {
        using KeyValueCache cache = Model.CreateCache();
        int[] prompt = [.. Prompt(28, 16)];
        cache.Read(prompt.AsSpan(0, 8));

        Assert.ThrowsAny<OperationCanceledException>(() => { cache.Read(prompt.AsSpan(8), new CancellationToken(true)); });

        Assert.Equal(8, cache.Length);
        float[] continued = cache.Read(prompt.AsSpan(8)).ToArray();
        using KeyValueCache fresh = Model.CreateCache();
        AssertNear(fresh.Read(prompt).ToArray(), continued);
    }

    protected static GenerationOptions Greedy(int tokens) => new() { MaxTokens = tokens };

    protected static async Task<List<int>> IdsAsync(Generation generation)
    {
        var ids = new List<int>();
        await foreach (GeneratedToken token in generation)
        {
            ids.Add(token.Id);
        }

        return ids;
    }

    protected static Task<List<int>> TokensAsync(LanguageModel model, DeviceLane lane, List<int> prompt) =>
        IdsAsync(model.Generate(lane, prompt, Greedy(24)));

    protected List<int> Prompt(int seed, int length)
    {
        var random = new Random(seed);
        int ordinary = Model.Tokenizer.AddedTokens.Min(t => t.Id);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(ordinary))];
    }

    /// <summary>A prompt whose answer is long enough to be interrupted, and the beginning of that answer.</summary>
    async Task<(List<int> Prompt, List<int> Answer)> LongAnswerAsync()
    {
        for (int seed = 100; seed < 400; seed++)
        {
            List<int> prompt = Prompt(seed, 12), answer = await TokensAsync(Model, Lane, prompt);
            if (answer.Count >= 10)
            {
                return (prompt, answer);
            }
        }

        throw new InvalidOperationException("No prompt has an answer of ten tokens.");
    }

    static void AssertNear(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        float scale = expected.Max(Math.Abs);
        Assert.All(expected.Zip(actual), p => Assert.InRange(p.Second, p.First - (0.01f * scale), p.First + (0.01f * scale)));
    }
}

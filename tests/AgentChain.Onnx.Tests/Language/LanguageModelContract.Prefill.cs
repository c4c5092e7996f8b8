using AgentChain.Devices;
using AgentChain.Onnx.Language;

namespace AgentChain.Onnx.Tests.Language;

/// <content>Reading ahead: it saves reading and changes nothing.</content>
public abstract partial class LanguageModelContract
{
    [Fact]
    public async Task PrefillAsync_ThenGenerate_ReadsOnlyTheRest()
    {
        List<int> prompt = Prompt(70, 40);

        int read = await Model.PrefillAsync(Lane, prompt[..30]);
        Generation generation = Model.Generate(Lane, prompt, Greedy(24));
        List<int> tokens = await IdsAsync(generation);

        Assert.Equal((30, 30), (read, generation.Statistics.ReusedTokens));
        Assert.Equal(await FreshAsync(prompt), tokens);
    }

    [Fact]
    public async Task PrefillAsync_OfAllThatIsAsked_LeavesTheLastTokenToTheGeneration()
    {
        List<int> prompt = Prompt(71, 20);

        Assert.Equal(20, await Model.PrefillAsync(Lane, prompt));
        Generation generation = Model.Generate(Lane, prompt, Greedy(24));
        List<int> tokens = await IdsAsync(generation);

        Assert.Equal(19, generation.Statistics.ReusedTokens);
        Assert.Equal(await FreshAsync(prompt), tokens);
    }

    [Fact]
    public async Task PrefillAsync_OfAGrowingPrompt_ReadsEachTokenOnceIntoOneCache()
    {
        List<int> prompt = Prompt(72, 60);
        int read = 0;
        for (int length = 4; length <= 58; length += 6)
        {
            read += await Model.PrefillAsync(Lane, prompt[..length]);
        }

        Assert.Equal((58, 1), (read, Model.Caches));
        Assert.Equal(0, await Model.PrefillAsync(Lane, prompt[..20]));
        Generation generation = Model.Generate(Lane, prompt, Greedy(1));
        await IdsAsync(generation);
        Assert.Equal(58, generation.Statistics.ReusedTokens);
    }

    [Fact]
    public async Task PrefillAsync_OfAPromptThatChanged_GoesBackToWhereTheyPart()
    {
        List<int> first = Prompt(73, 40), second = [.. first[..5], .. Prompt(74, 35)];
        await Model.PrefillAsync(Lane, first);

        int read = await Model.PrefillAsync(Lane, second);

        Assert.Equal((35, 1), (read, Model.Caches));
        Assert.Equal(await FreshAsync(second), await TokensAsync(Model, Lane, second));
        Assert.Equal(1, Model.Caches);
    }

    [Fact]
    public async Task PrefillAsync_BehindAConversation_UsesItsCache()
    {
        List<int> prompt = Prompt(75, 20);
        List<int> next = [.. prompt, .. await TokensAsync(Model, Lane, prompt), .. Prompt(76, 12)];

        int read = await Model.PrefillAsync(Lane, next);

        Assert.InRange(read, 12, 13);
        Assert.Equal(1, Model.Caches);
    }

    [Fact]
    public async Task PrefillAsync_OfManyPrompts_TakesTheCacheOfOneConversation()
    {
        List<int>[] conversations = [Prompt(77, 40), Prompt(78, 40)];
        await TokensAsync(Model, Lane, conversations[0]);
        await TokensAsync(Model, Lane, conversations[1]);
        for (int i = 0; i < 8; i++)
        {
            await Model.PrefillAsync(Lane, [.. Prompt(79, i), .. Prompt(80 + i, 20)]);
        }

        Generation later = Model.Generate(Lane, conversations[1], Greedy(1));
        await IdsAsync(later);

        Assert.Equal(39, later.Statistics.ReusedTokens);
        Assert.Equal(2, Model.Caches);
    }

    [Fact]
    public async Task PrefillAsync_WithAllCachesInUse_DoesNothing()
    {
        (List<int> prompt, _) = await LongAnswerAsync();
        IAsyncEnumerator<GeneratedToken>[] busy =
            [.. Enumerable.Range(0, 2).Select(_ => Model.Generate(Lane, prompt, Greedy(140)).GetAsyncEnumerator())];
        foreach (IAsyncEnumerator<GeneratedToken> generation in busy)
        {
            await generation.MoveNextAsync();
        }

        Assert.Equal(0, await Model.PrefillAsync(Lane, Prompt(90, 10)).AsTask().WaitAsync(Hang));

        foreach (IAsyncEnumerator<GeneratedToken> generation in busy)
        {
            await generation.DisposeAsync();
        }

        Assert.Equal(10, await Model.PrefillAsync(Lane, Prompt(90, 10)));
    }

    [Fact]
    public async Task PrefillAsync_Cancelled_KeepsTheRunsThatWereWhole()
    {
        using LanguageModel chunked = LanguageModel.Load(Host, Folder, options: _options with { PrefillChunk = 7 });
        List<int> prompt = Prompt(91, 50);
        using var cancel = new CancellationTokenSource();
        using var hold = new ManualResetEventSlim();
        ValueTask<bool> held = Lane.RunAsync(hold, static (h, token) => { h.Wait(token); return true; }, CancellationToken.None);
        Task<int> prefill = chunked.PrefillAsync(Lane, prompt, cancel.Token).AsTask();
        ValueTask<bool> cancelled = Lane.RunAsync(cancel, static (c, _) => { c.Cancel(); return true; }, CancellationToken.None);
        hold.Set();

        OperationCanceledException stopped = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => prefill).WaitAsync(Hang);

        Assert.True(await held && await cancelled);
        Assert.Equal(cancel.Token, stopped.CancellationToken);
        Generation generation = chunked.Generate(Lane, prompt, Greedy(24));
        List<int> tokens = await IdsAsync(generation);
        Assert.Equal(7, generation.Statistics.ReusedTokens);
        Assert.Equal(await FreshAsync(prompt), tokens);
    }

    [Fact]
    public async Task PrefillAsync_CancelledBeforeItRan_ForgetsNothing()
    {
        List<int> prompt = Prompt(92, 30);
        await TokensAsync(Model, Lane, prompt);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Model.PrefillAsync(Lane, Prompt(93, 30), new CancellationToken(true)).AsTask());

        Generation again = Model.Generate(Lane, prompt, Greedy(1));
        await IdsAsync(again);
        Assert.Equal(29, again.Statistics.ReusedTokens);
    }

    [Fact]
    public async Task PrefillAsync_WhenAGenerationFindsNoCacheFree_GivesWay()
    {
        using LanguageModel single = LanguageModel.Load(Host, Folder, options: _options with { MaxConcurrency = 1, PrefillChunk = 2 });
        List<int> prompt = Prompt(94, 20);
        using var other = new DeviceLane("held");
        using var hold = new ManualResetEventSlim();
        ValueTask<bool> held = other.RunAsync(hold, static (h, token) => { h.Wait(token); return true; }, CancellationToken.None);
        Task<int> prefill = single.PrefillAsync(other, Prompt(95, 100)).AsTask();

        List<int> tokens = await TokensAsync(single, Lane, prompt).WaitAsync(Hang);

        Assert.Equal(0, await prefill.WaitAsync(Hang));
        Assert.Equal(await FreshAsync(prompt), tokens);
        hold.Set();
        Assert.True(await held);
    }

    [Fact]
    public async Task PrefillAsync_WithMoreTokensThanFit_NamesTheLimit() =>
        Assert.Contains("1 to 160", (await Assert.ThrowsAsync<ArgumentException>(() => Model.PrefillAsync(Lane, Prompt(1, 161)).AsTask())).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Generate_AfterAnyPrefills_GivesTheSameTokens()
    {
        using LanguageModel plain = LanguageModel.Load(Host, Folder, options: _options), warmed = LanguageModel.Load(Host, Folder, options: _options with { PrefillChunk = 9 });
        using var second = new DeviceLane("second");
        var random = new Random(1);
        for (int turn = 0; turn < 40; turn++)
        {
            List<int> prompt = [.. Prompt(turn % 3, random.Next(30)), .. Prompt(1000 + turn, 1 + random.Next(60))];
            for (int i = random.Next(6); i > 0; i--)
            {
                using var cancel = new CancellationTokenSource();
                List<int> guess = [.. prompt.Take(random.Next(prompt.Count + 1)), .. Prompt(2000 + i, random.Next(3) * random.Next(20))];
                Task<int> prefill = warmed.PrefillAsync(Lane, guess, cancel.Token).AsTask();
                Task<int> another = random.Next(3) == 0 ? warmed.PrefillAsync(second, Prompt(3000 + turn, 20)).AsTask() : Task.FromResult(0);
                if (random.Next(3) == 0)
                {
                    await cancel.CancelAsync();
                }

                await ((Task)prefill).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                await another;
            }

            Assert.Equal(await TokensAsync(plain, Lane, prompt), await TokensAsync(warmed, Lane, prompt));
        }

        Assert.InRange(warmed.Caches, 1, 2);
    }

    async Task<List<int>> FreshAsync(List<int> prompt)
    {
        using LanguageModel fresh = LanguageModel.Load(Host, Folder, options: _options);
        return await TokensAsync(fresh, Lane, prompt);
    }
}

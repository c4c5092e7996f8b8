using System.Runtime.CompilerServices;
using AgentChain.Simulation;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI.Tests;

public sealed class ChatClientBlockTests
{
    [Fact]
    public async Task Stream_ClientAnswers_UpdatesComeUnchangedWithUsageAndModel()
    {
        ChatResponseUpdate usage = new(ChatRole.Assistant, [new UsageContent(new() { OutputTokenCount = 2 })]);
        ChatResponseUpdate[] said = [.. ScriptedClient.Words("good morning"), usage];
        using var client = new ScriptedClient((_, _, _) => said.ToAsyncEnumerable());
        await using var chain = Ask.Chat().Stream("respond", client.AsBlock()).Build();

        IReadOnlyList<ChatResponseUpdate> got = await chain.AskAsync();

        Assert.Equal(said, got);
        ChatResponse response = got.ToChatResponse();
        Assert.Equal(("small", 2L, "good morning "), (response.ModelId, response.Usage!.OutputTokenCount, response.Text));
    }

    [Fact]
    public async Task Text_UpdatesWithoutText_AreDropped()
    {
        ChatResponseUpdate[] said =
        [
            new(ChatRole.Assistant, "one"),
            new(ChatRole.Assistant, [new FunctionCallContent("1", "look")]),
            new(ChatRole.Assistant, ""),
            new(ChatRole.Assistant, "two"),
            new(ChatRole.Assistant, [new UsageContent()]),
        ];
        using var client = new ScriptedClient((_, _, _) => said.ToAsyncEnumerable());
        await using var chain = Ask.Chat().Stream("respond", client.AsBlock()).Text().Build();

        Assert.Equal(["one", "two"], await chain.AskAsync());
    }

    [Fact]
    public async Task Stream_ClientChangesItsOptions_TheNextRequestHasTheOriginalOnes()
    {
        List<float?> seen = [];
        using var client = new ScriptedClient((_, options, _) =>
        {
            seen.Add(options!.Temperature);
            options.Temperature = 2;
            return ScriptedClient.Words("yes").ToAsyncEnumerable();
        });
        var mine = new ChatOptions { Temperature = 0.5f };
        await using var chain = Ask.Chat().Stream("respond", client.AsBlock(mine)).Text().Build();
        mine.Temperature = 1;
        await chain.AskAsync();
        await chain.AskAsync();

        Assert.Equal([0.5f, 0.5f], seen);
    }

    [Fact]
    public void Interrupt_ClientWaits_ItsTokenIsCanceledAndItsEnumeratorDisposedAtOnce() => VirtualWorld.Run(async world =>
    {
        TimeSpan? ended = null;
        using var client = new ScriptedClient((_, _, token) =>
            ScriptedClient.Watched(Slowly(world, token), () => ended = world.Elapsed, token));
        await using var chain = Ask.Chat().Stream("respond", client.AsBlock()).Text().Build(world.Options());
        Turn<string> turn = chain.Start(Ask.Question());
        await world.Delay(250);

        turn.Interrupt();

        Assert.Equal(TurnOutcome.Interrupted, (await turn.Completion).Outcome);
        Assert.DoesNotContain((await turn.WhenQuiescentAsync()).Blocks, block => block.Detached);
        Assert.Equal(250.Milliseconds(), ended);
    });

    [Fact]
    public void Budget_ClientNeverAnswers_TheTurnEndsOnTimeAndNamesTheBlock() => VirtualWorld.Run(async world =>
    {
        using var client = new ScriptedClient((_, _, token) => Never(world, token));
        await using var chain = Ask.Chat()
            .Stream("respond", client.AsBlock(), o => o.Budget(LatencyBudget.FirstOutput(800.Milliseconds())).OnOverrun(Overrun.Cancel))
            .Text()
            .Build(world.Options());

        var error = await Assert.ThrowsAsync<TurnDeadlineExceededException>(() => chain.RunToListAsync(Ask.Question()).AsTask());

        Assert.Equal(("respond", 800), (error.Block, Math.Round(world.Elapsed.TotalMilliseconds)));
    });

    [Fact]
    public void Interrupt_ClientIgnoresItsToken_IsDetachedAfterTheGrace() => VirtualWorld.Run(async world =>
    {
        using var client = new ScriptedClient((_, _, _) => Deaf(world));
        var chain = Ask.Chat().Stream("respond", client.AsBlock()).Text().Build(world.Options(o => o.Grace = 100.Milliseconds()));
        Turn<string> turn = chain.Start(Ask.Question());
        await world.Delay(50);

        turn.Interrupt();

        TurnQuiescence quiet = await turn.WhenQuiescentAsync();
        Assert.Contains(quiet.Blocks, block => block.Detached);
        Assert.Equal((TurnOutcome.Interrupted, 150), ((await turn.Completion).Outcome, Math.Round(world.Elapsed.TotalMilliseconds)));
        await chain.DisposeAsync();
    });

    [Fact]
    public void Budget_ClientNeverEnds_TheTurnEndsAtItsTotal() => VirtualWorld.Run(async world =>
    {
        using var client = new ScriptedClient((_, _, token) => Slowly(world, token, updates: int.MaxValue));
        await using var chain = Ask.Chat().Stream("respond", client.AsBlock()).Text()
            .Build(world.Options(o => o.Budget = LatencyBudget.Total(1050.Milliseconds())));
        Turn<string> turn = chain.Start(Ask.Question());
        List<string> heard = [];

        await Assert.ThrowsAsync<TurnDeadlineExceededException>(async () =>
        {
            await foreach (string text in turn.Output)
            {
                heard.Add(text);
            }
        });

        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i} "), heard);
    });

    [Fact]
    public void Usage_AnswerEnds_IsInTheReportWithModelAndTimes() => VirtualWorld.Run(async world =>
    {
        using var client = new ScriptedClient((_, _, token) => Counted(world, token));
        await using var chain = Ask.Chat().Stream("respond", client.AsBlock(new ChatOptions { ModelId = "small-latest" })).Text().Build(world.Options());
        Turn<string> turn = chain.Start(Ask.Question());
        await foreach (string _ in turn.Output)
        {
        }

        BlockUsage use = Assert.Single((await turn.Completion).Report.Usage);
        Assert.Equal(("respond", "small", "small-latest", "scripted"), (use.Block, use.Usage.Model, use.Usage.RequestedModel, use.Usage.Provider));
        Assert.Equal((7L, 2L, 3L, 1), (use.Usage.InputTokens, use.Usage.OutputTokens, use.Usage.CachedInputTokens, use.Usage.Requests));
        Assert.Equal((100.0, 250.0), (use.Usage.TimeToFirstChunk!.Value.TotalMilliseconds, use.Usage.Duration!.Value.TotalMilliseconds), Near);
    });

    [Fact]
    public void Usage_AnswerIsInterrupted_IsNotReported() => VirtualWorld.Run(async world =>
    {
        using var client = new ScriptedClient((_, _, token) => Counted(world, token));
        await using var chain = Ask.Chat().Stream("respond", client.AsBlock()).Text().Build(world.Options());
        Turn<string> turn = chain.Start(Ask.Question());
        await world.Delay(150);
        turn.Interrupt();

        Assert.Empty((await turn.Completion).Report.Usage);
    });

    static bool Near((double First, double Whole) one, (double First, double Whole) other) =>
        Math.Abs(one.First - other.First) < 0.001 && Math.Abs(one.Whole - other.Whole) < 0.001;

    static async IAsyncEnumerable<ChatResponseUpdate> Counted(VirtualWorld world, [EnumeratorCancellation] CancellationToken token)
    {
        await world.Delay(100, token);
        yield return new(ChatRole.Assistant, "hello") { ModelId = "small" };
        await world.Delay(150, token);
        yield return new(ChatRole.Assistant, [new UsageContent(new() { InputTokenCount = 7, OutputTokenCount = 2, CachedInputTokenCount = 3 })]);
    }

    static async IAsyncEnumerable<ChatResponseUpdate> Slowly(
        VirtualWorld world, [EnumeratorCancellation] CancellationToken token, double waitMs = 100, int updates = 10)
    {
        for (int i = 0; i < updates; i++)
        {
            await world.Delay(waitMs, token);
            yield return new(ChatRole.Assistant, $"{i} ");
        }
    }

    static async IAsyncEnumerable<ChatResponseUpdate> Deaf(VirtualWorld world)
    {
        await world.Delay(60_000, CancellationToken.None);
        yield return new(ChatRole.Assistant, "late");
    }

    static IAsyncEnumerable<ChatResponseUpdate> Never(VirtualWorld world, CancellationToken token) => Slowly(world, token, waitMs: 1e9);
}

using System.Runtime.CompilerServices;
using AgentChain.Simulation;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI.Tests;

/// <summary>The fallback from one client to the next, in virtual time.</summary>
public sealed class ChatFallbackBlockTests
{
    [Fact]
    public void FallbackTo_FirstIsInTime_TheSecondIsNotAsked() => VirtualWorld.Run(async world =>
    {
        using ScriptedClient first = Says(world, 299, "one two"), second = Says(world, 10, "three");
        await using var chain = Build(world, first, second);

        ChatResponse response = (await chain.RunToListAsync(Ask.Question())).ToChatResponse();

        Assert.Equal(("one two ", 1, 0), (response.Text, first.Requests, second.Requests));
        Assert.Equal("scripted/small", response.Messages[0].AdditionalProperties![ChatFallbackBlock.ClientProperty]);
    });

    [Fact]
    public void FallbackTo_FirstIsLate_TheSecondAnswersAndTheFirstIsCanceledAtTheBound() => VirtualWorld.Run(async world =>
    {
        TimeSpan? left = null;
        using var first = new ScriptedClient((_, _, token) =>
            ScriptedClient.Watched(LaterAsync(world, 1000, "one", token), () => left = world.Elapsed, token));
        using ScriptedClient second = Says(world, 100, "three");
        using var log = new ListLogger();
        await using var chain = Build(world, first, second, log);

        Assert.Equal("three ", (await chain.RunToListAsync(Ask.Question())).Text());

        Assert.Equal((300, 400), (Ms(left!.Value), Ms(world.Elapsed)));
        Assert.Equal(
            [
                "Block 'respond' leaves the chat client 'scripted/small': The chat client 'scripted/small' gave no output within 300 ms.",
                "Block 'respond' is answered by the chat client 'scripted/small', after 1 others.",
            ],
            log.Lines);
    });

    [Fact]
    public void FallbackTo_FirstSendsOnlyEmptyTextInTime_ItIsNoOutputAndIsDropped() => VirtualWorld.Run(async world =>
    {
        using var first = new ScriptedClient((_, _, token) => OpensAsync(world, token));
        using ScriptedClient second = Says(world, 100, "three");
        await using var chain = Build(world, first, second);

        IReadOnlyList<ChatResponseUpdate> updates = await chain.RunToListAsync(Ask.Question());

        Assert.Equal("three ", Assert.Single(updates).Text);
    });

    [Fact]
    public void FallbackTo_FirstFailsBeforeItsOutput_TheSecondAnswersAtOnce() => VirtualWorld.Run(async world =>
    {
        using var first = new ScriptedClient((_, _, _) => throw new HttpRequestException("429"));
        using ScriptedClient second = Says(world, 100, "three");
        await using var chain = Build(world, first, second);

        Assert.Equal("three ", (await chain.RunToListAsync(Ask.Question())).Text());
        Assert.Equal(100, Ms(world.Elapsed));
    });

    [Fact]
    public void FallbackTo_FirstFailsAfterItsOutput_TheErrorPasses() => VirtualWorld.Run(async world =>
    {
        using var first = new ScriptedClient((_, _, token) => ThenFails(world, token));
        using ScriptedClient second = Says(world, 100, "three");
        await using var chain = Build(world, first, second);

        var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.RunToListAsync(Ask.Question()).AsTask());

        Assert.IsType<IOException>(Assert.IsType<ChatClientException>(error.InnerException).InnerException);
        Assert.Equal(0, second.Requests);
    });

    [Fact]
    public void FallbackTo_FirstIsSlowAfterItsOutput_IsNotLeft() => VirtualWorld.Run(async world =>
    {
        using var first = new ScriptedClient((_, _, token) => PausesAsync(world, token));
        using ScriptedClient second = Says(world, 100, "three");
        await using var chain = Build(world, first, second);

        Assert.Equal("one two", (await chain.RunToListAsync(Ask.Question())).Text());
        Assert.Equal(5100, Ms(world.Elapsed));
    });

    [Fact]
    public void FallbackTo_FirstIgnoresItsToken_TheSecondAnswersOnTimeAndTheLateTextIsDropped() => VirtualWorld.Run(async world =>
    {
        using var first = new ScriptedClient((_, _, _) => LaterAsync(world, 350, "late", CancellationToken.None));
        using ScriptedClient second = Says(world, 100, "three");
        await using var chain = Build(world, first, second);

        Assert.Equal("three ", (await chain.RunToListAsync(Ask.Question())).Text());
        Assert.Equal(400, Ms(world.Elapsed));
    });

    [Fact]
    public void FallbackTo_TokenCallbackThrows_TheSecondAnswersOnTime() => VirtualWorld.Run(async world =>
    {
        using var first = new ScriptedClient((_, _, token) =>
        {
            token.Register(() => throw new InvalidOperationException("callback"));
            return LaterAsync(world, 1000, "one", token);
        });
        using ScriptedClient second = Says(world, 100, "three");
        await using var chain = Build(world, first, second);

        Assert.Equal("three ", (await chain.RunToListAsync(Ask.Question())).Text());
        Assert.Equal(400, Ms(world.Elapsed));
    });

    [Fact]
    public void FallbackTo_ThreeClients_AreAskedInOrderWithTheirOwnBounds() => VirtualWorld.Run(async world =>
    {
        using ScriptedClient first = Says(world, 1000, "one"), second = Says(world, 1000, "two"), third = Says(world, 1000, "three");
        await using var chain = Ask.Chat().Stream(
            "respond",
            first.AsBlock().FallbackTo(second, firstOutput: 300.Milliseconds()).FallbackTo(third, firstOutput: 200.Milliseconds()))
            .Build(world.Options());

        Assert.Equal("three ", (await chain.RunToListAsync(Ask.Question())).Text());
        Assert.Equal(1500, Ms(world.Elapsed));
    });

    [Fact]
    public void FallbackTo_AllFail_TheFailuresAreInOrder() => VirtualWorld.Run(async world =>
    {
        using ScriptedClient first = Says(world, 1000, "one");
        using var second = new ScriptedClient((_, _, _) => throw new IOException("cut"));
        await using var chain = Build(world, first, second);

        var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.RunToListAsync(Ask.Question()).AsTask());

        var all = Assert.IsType<AggregateException>(Assert.IsType<ChatClientException>(error.InnerException).InnerException);
        Assert.Contains("no output within 300 ms", all.InnerExceptions[0].Message, StringComparison.Ordinal);
        Assert.IsType<IOException>(all.InnerExceptions[1].InnerException);
    });

    [Fact]
    public void Interrupt_FirstIsAwaited_TheSecondIsNotAsked() => VirtualWorld.Run(async world =>
    {
        using ScriptedClient first = Says(world, 1000, "one"), second = Says(world, 100, "three");
        await using var chain = Build(world, first, second);
        Turn<ChatResponseUpdate> turn = chain.Start(Ask.Question());
        await world.Delay(200);

        turn.Interrupt();

        Assert.DoesNotContain((await turn.WhenQuiescentAsync()).Blocks, block => block.Detached);
        await world.Delay(1000);
        Assert.Equal((TurnOutcome.Interrupted, 0), ((await turn.Completion).Outcome, second.Requests));
    });

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(86_400_001)]
    public void FallbackTo_BoundIsNone_IsRefused(double milliseconds)
    {
        using ScriptedClient first = ScriptedClient.Says("one"), second = ScriptedClient.Says("two");
        Assert.Throws<ArgumentOutOfRangeException>(
            "firstOutput", () => first.AsBlock().FallbackTo(second, TimeSpan.FromMilliseconds(milliseconds)));
    }

    static StreamChain<IReadOnlyList<ChatMessage>, ChatResponseUpdate> Build(
        VirtualWorld world, IChatClient first, IChatClient second, ListLogger? log = null) => Ask.Chat()
        .Stream("respond", first.AsBlock().FallbackTo(second, firstOutput: 300.Milliseconds(), logger: log)).Build(world.Options());

    static double Ms(TimeSpan time) => Math.Round(time.TotalMilliseconds);

    static ScriptedClient Says(VirtualWorld world, double afterMs, string text) =>
        new((_, _, token) => LaterAsync(world, afterMs, text, token));

    static async IAsyncEnumerable<ChatResponseUpdate> LaterAsync(
        VirtualWorld world, double afterMs, string text, [EnumeratorCancellation] CancellationToken token)
    {
        await world.Delay(afterMs, token);
        foreach (ChatResponseUpdate update in ScriptedClient.Words(text))
        {
            yield return update;
        }
    }

    static async IAsyncEnumerable<ChatResponseUpdate> OpensAsync(VirtualWorld world, [EnumeratorCancellation] CancellationToken token)
    {
        yield return new(ChatRole.Assistant, "");
        await world.Delay(250, token);
        yield return new(ChatRole.Assistant, [new UsageContent()]);
        await world.Delay(100, token);
        yield return new(ChatRole.Assistant, "late");
    }

    static async IAsyncEnumerable<ChatResponseUpdate> ThenFails(VirtualWorld world, [EnumeratorCancellation] CancellationToken token)
    {
        yield return new(ChatRole.Assistant, "one ");
        await world.Delay(10, token);
        throw new IOException("cut");
    }

    static async IAsyncEnumerable<ChatResponseUpdate> PausesAsync(VirtualWorld world, [EnumeratorCancellation] CancellationToken token)
    {
        await world.Delay(100, token);
        yield return new(ChatRole.Assistant, "one ");
        await world.Delay(5000, token);
        yield return new(ChatRole.Assistant, "two");
    }
}

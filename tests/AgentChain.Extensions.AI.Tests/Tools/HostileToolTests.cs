using System.Text.Json;
using AgentChain.Extensions.AI.Tests.Agents;
using AgentChain.Simulation;
using Microsoft.Extensions.AI;
using static AgentChain.Extensions.AI.Tests.Agents.ScriptedModel;
using static AgentChain.Extensions.AI.Tests.Tools.OneCall;

namespace AgentChain.Extensions.AI.Tests.Tools;

/// <summary>Tools whose results, exceptions and tokens are code that goes on when it is touched.</summary>
public sealed class HostileToolTests
{
    [Fact]
    public void Tool_ReturnsASequenceWithoutEnd_GivesTheBeginning() => VirtualWorld.Run(async world =>
        Assert.Contains("at least 65536 characters", await ResultAsync(world, _ => Ones(1), "completed"), StringComparison.Ordinal));

    [Fact]
    public void Tool_ReturnsContentsWithoutEnd_GivesTheBeginning() => VirtualWorld.Run(async world =>
    {
        Assert.Contains("at least 65600 characters", await ResultAsync(world, _ => Ones<AIContent>(new TextContent(new string('x', 100))), "completed"), StringComparison.Ordinal);
        Assert.Contains("more than 10000 parts", await ResultAsync(world, _ => Ones<AIContent>(new UsageContent()), "completed"), StringComparison.Ordinal);
    });

    [Fact]
    public void Tool_ReturnsACircle_SaysSo() => VirtualWorld.Run(async world =>
    {
        var circle = new Dictionary<string, object?>();
        circle["self"] = circle;
        Assert.Contains("cannot be written as JSON", await ResultAsync(world, _ => circle, "failed"), StringComparison.Ordinal);
    });

    [Fact]
    public void Tool_ReturnsADisposedDocument_SaysSo() => VirtualWorld.Run(async world =>
    {
        var document = JsonDocument.Parse("{}");
        document.Dispose();
        Assert.Contains("cannot be written as JSON", await ResultAsync(world, _ => document.RootElement, "failed"), StringComparison.Ordinal);
    });

    [Fact]
    public void Tool_ReturnsAWholeAnswer_ItsResultIsTheAnswer() => VirtualWorld.Run(async world =>
    {
        Assert.Equal("blue", await ResultAsync(world, _ => new FunctionResultContent("another", "blue"), "completed"));
        Assert.Contains(
            "failed with IOException",
            await ResultAsync(world, _ => new FunctionResultContent("another", null) { Exception = new IOException() }, "failed"), StringComparison.Ordinal);
    });

    [Fact]
    public void Tool_ThrowsWhatHasNoMessage_IsAFailureOfTheCall() => VirtualWorld.Run(async world =>
    {
        string answer = await AnswerAsync(
            world, new TimedTool(world, "look", 10, _ => throw new UnreadableException()), Call("1", "look"), "failed", more: a => a.DetailedErrors());
        Assert.Contains("'look' failed with UnreadableException: its message cannot be read.", answer, StringComparison.Ordinal);
    });

    [Fact]
    public async Task Tool_CallbackOfItsTokenHangs_TheCallTimesOutAndTheTurnGoesOn()
    {
        using var release = new ManualResetEventSlim();
        var tool = AIFunctionFactory.Create(
            async (CancellationToken token) =>
            {
                token.Register(() => release.Wait());
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, CancellationToken.None);
            },
            "look");
        await AssertGoesOnAsync(tool, "timed_out");
        release.Set();
    }

    [Fact]
    public async Task Tool_ResultHangsWhenItIsWritten_TheCallTimesOutAndTheTurnGoesOn()
    {
        using var release = new ManualResetEventSlim();
        var tool = new FixedTool(() => Enumerable.Range(0, 1).Select(one =>
        {
            release.Wait();
            return one;
        }));
        await AssertGoesOnAsync(tool, "timed_out");
        release.Set();
    }

    /// <summary>In real time: what hangs is a thread.</summary>
    static async Task AssertGoesOnAsync(AIFunction tool, string status)
    {
        int rounds = 0;
        FunctionResultContent? answer = null;
        using var client = new ScriptedClient((messages, _, _) =>
        {
            answer = messages[^1].Contents.OfType<FunctionResultContent>().SingleOrDefault();
            return (rounds++ == 0 ? [new ChatResponseUpdate(ChatRole.Assistant, [Call("1", "look")])] : ScriptedClient.Words("done")).ToAsyncEnumerable();
        });
        await using var chain = Chain.From<AgentRequest>("desk")
            .Stream("agent", client.AsAgent(a => a.Grace(1.Milliseconds()).Tool(tool, t => t.Effect(Effect.Pure).Budget(20.Milliseconds())))).Text().Build();

        Assert.Equal(["done "], await chain.RunToListAsync(Request()).AsTask().WaitAsync(Ask.Patience));
        Assert.Equal(status, History.Status(answer!));
    }

    static Task<string> ResultAsync(VirtualWorld world, Func<AIFunctionArguments, object?> result, string status) =>
        AnswerAsync(world, new TimedTool(world, "look", 10, result), Call("1", "look"), status);

    static IEnumerable<T> Ones<T>(T one)
    {
        while (true)
        {
            yield return one;
        }
    }

    sealed class UnreadableException : Exception
    {
        public override string Message => throw new InvalidOperationException();
    }

    /// <summary>A tool whose result no factory has written as JSON before.</summary>
    sealed class FixedTool(Func<object?> result) : AIFunction
    {
        public override string Name => "look";

        protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) => new(result());
    }
}

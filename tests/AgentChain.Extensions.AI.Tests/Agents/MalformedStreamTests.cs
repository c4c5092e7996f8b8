using AgentChain.Extensions.AI.Tests.Tools;
using AgentChain.Simulation;
using Microsoft.Extensions.AI;
using static AgentChain.Extensions.AI.Tests.Agents.ScriptedModel;
using static AgentChain.Extensions.AI.Tests.Tools.OneCall;

namespace AgentChain.Extensions.AI.Tests.Agents;

/// <summary>What a model's stream may contain and no history: whatever it is, the next request has one answer for each call.</summary>
public sealed class MalformedStreamTests
{
    [Fact]
    public void Stream_TwoCallsUnderOneId_BothRunAndHaveAnAnswer() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 10, arguments => $"{arguments["n"]}");
        ScriptedModel model = await RunAsync(world, look, Call("a", "look", ("n", 1)), Call("a", "look", ("n", 2)), Call("a", "look", ("n", 1.0)));

        Assert.Equal("tool: #a=1 | #call-1-2=2", History.Line(model.Requests[1].Messages[^1]));
        History.AssertWhole(model.Requests[1].Messages);
    });

    [Fact]
    public void Stream_TheModelAnswersACallItself_TheToolAnswersIt() => VirtualWorld.Run(async world =>
    {
        ScriptedModel model = await RunAsync(
            world, new TimedTool(world, "look"), Call("a", "look"), new FunctionResultContent("a", "made up"), new FunctionResultContent("nobody's", 1));

        Assert.Equal(["user: hello", "assistant: look#a", "tool: #a=look done"], model.Requests[1].Messages.Lines());
    });

    [Fact]
    public void Stream_CallForInformationWithoutAnAnswer_IsNotInTheNextRequest() => VirtualWorld.Run(async world =>
    {
        ScriptedModel model = await RunAsync(
            world, new TimedTool(world, "look"), new FunctionCallContent("h", "hosted") { InformationalOnly = true }, Call("a", "look"));

        Assert.Equal(["user: hello", "assistant: look#a", "tool: #a=look done"], model.Requests[1].Messages.Lines());
    });

    [Fact]
    public void Stream_UpdateWithANullContent_GoesOn() => VirtualWorld.Run(async world =>
    {
        int rounds = 0;
        using var client = new ScriptedClient((_, _, _) => new ChatResponseUpdate[]
        {
            new(ChatRole.Assistant, rounds++ == 0 ? [null!, Call("a", "look"), null!] : [null!, new TextContent("done")]),
        }.ToAsyncEnumerable());
        await using var chain = Chain.From<AgentRequest>("desk").Stream("agent", client.AsAgent(a => a.Tool(new TimedTool(world, "look")))).Build(world.Options());

        IReadOnlyList<ChatResponseUpdate> said = await chain.RunToListAsync(Request());

        Assert.Equal("done", said[^1].Text);
        Assert.All(said, update => Assert.DoesNotContain(null, update.Contents));
    });

    [Fact]
    public void Call_OfManyCharacters_IsAnsweredWithFew() => VirtualWorld.Run(async world =>
    {
        string much = new('x', 1_000_000);
        var strict = AIFunctionFactory.Create((int n) => n, "look");
        Assert.InRange((await AnswerAsync(world, strict, Call("1", much), "failed")).Length, 50, 300);
        Assert.InRange((await AnswerAsync(world, strict, Call("1", "look", (much, 1), ("n", much)), "failed")).Length, 50, 1000);
    });

    [Fact]
    public void Call_ArgumentsGoRoundOrTooDeep_AreAnswered() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look");
        var circle = new Dictionary<string, object?>();
        circle["self"] = circle;
        var deep = System.Text.Json.JsonDocument.Parse(new string('[', 900) + new string(']', 900), new() { MaxDepth = 1000 });
        Assert.Contains("cannot be read (JsonException)", await AnswerAsync(world, look, Call("1", "look", ("n", circle)), "failed"), StringComparison.Ordinal);
        Assert.Contains("cannot be read", await AnswerAsync(world, look, Call("1", "look", ("m", deep.RootElement)), "failed"), StringComparison.Ordinal);
        Assert.Empty(look.Runs);
    });

    [Fact]
    public void Stream_CallsWithoutEnd_AreCutAndTheModelGetsTheResultsOfTheFirst() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 10, arguments => $"{arguments["n"]}");
        List<IReadOnlyList<ChatMessage>> requests = [];
        using var client = new ScriptedClient((messages, _, _) =>
        {
            requests.Add(messages);
            return requests.Count == 1 ? Calls().ToAsyncEnumerable() : ScriptedClient.Words("done").ToAsyncEnumerable();
        });
        await using var chain = Chain.From<AgentRequest>("desk")
            .Stream("agent", client.AsAgent(a => a.MaxCalls(3).Tool(look, t => t.Effect(Effect.Pure)))).Text().Build(world.Options());

        Assert.Equal(["done "], await chain.RunToListAsync(Request()));
        Assert.Equal("tool: #0=0 | #1=1 | #2=2 | #3=failed", History.Line(requests[1][^1]));
        History.AssertWhole(requests[1]);
        Assert.Equal(3, look.Calls.Count);
        Assert.Throws<ArgumentOutOfRangeException>("calls", () => client.AsAgent(a => a.MaxCalls(0)));

        static IEnumerable<ChatResponseUpdate> Calls()
        {
            for (int n = 0; ; n += 2)
            {
                yield return new ChatResponseUpdate(ChatRole.Assistant, [Call($"{n}", "look", ("n", n)), Call($"{n + 1}", "look", ("n", n + 1))]);
            }
        }
    });

    static async Task<ScriptedModel> RunAsync(VirtualWorld world, TimedTool tool, params object[] first)
    {
        var model = new ScriptedModel(world, first, ["done"]);
        await using var chain = Chain.From<AgentRequest>("desk")
            .Stream("agent", model.Client.AsAgent(a => a.Tool(tool, t => t.Effect(Effect.Pure)))).Text().Build(world.Options());
        Assert.Equal(["done"], await chain.RunToListAsync(Request()));
        return model;
    }
}

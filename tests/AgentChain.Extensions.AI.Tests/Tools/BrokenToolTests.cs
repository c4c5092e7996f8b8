using System.Text.Json;
using AgentChain.Extensions.AI.Tests.Agents;
using AgentChain.Simulation;
using Microsoft.Extensions.AI;
using static AgentChain.Extensions.AI.Tests.Agents.ScriptedModel;
using static AgentChain.Extensions.AI.Tests.Tools.OneCall;

namespace AgentChain.Extensions.AI.Tests.Tools;

/// <summary>Each way in which a call or a tool can be wrong is one answer that the model can repair from, and the turn goes on.</summary>
public sealed class BrokenToolTests
{
    [Fact]
    public void Call_UnknownTool_TellsTheTools() => VirtualWorld.Run(async world =>
        Assert.Contains("no tool 'lok'. The tools are: look", await AnswerAsync(world, new TimedTool(world, "look"), Call("1", "lok"), "failed"), StringComparison.Ordinal));

    [Fact]
    public void Call_ArgumentsDoNotFit_TellsThePlace() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look");
        Assert.Contains("arguments.n must be integer, not string", await AnswerAsync(world, look, Call("1", "look", ("n", "two")), "failed"), StringComparison.Ordinal);
        Assert.Empty(look.Runs);
    });

    [Fact]
    public void Call_ArgumentsDoNotParse_SaysSo() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look");
        var call = new FunctionCallContent("1", "look") { Exception = new JsonException("bad") };
        Assert.Contains("not valid JSON", await AnswerAsync(world, look, call, "failed"), StringComparison.Ordinal);
        Assert.Empty(look.Runs);
    });

    [Fact]
    public void Tool_Throws_TellsTheTypeOnly() => VirtualWorld.Run(async world =>
    {
        string answer = await AnswerAsync(world, new TimedTool(world, "look", 10, _ => throw new IOException("password=1234")), Call("1", "look"), "failed");
        Assert.Contains("failed with IOException", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("1234", answer, StringComparison.Ordinal);
    });

    [Fact]
    public void Tool_ThrowsWithDetails_TellsTheMessage() => VirtualWorld.Run(async world => Assert.Contains(
        "IOException: no such account",
        await AnswerAsync(world, new TimedTool(world, "look", 10, _ => throw new IOException("no such account")), Call("1", "look"), "failed", more: a => a.DetailedErrors()),
        StringComparison.Ordinal));

    [Fact]
    public void Tool_CancelsByItself_IsAFailureAndNotAnInterruption() => VirtualWorld.Run(async world =>
        Assert.Contains("TaskCanceledException", await AnswerAsync(world, new TimedTool(world, "look", 10, _ => throw new TaskCanceledException()), Call("1", "look"), "failed"), StringComparison.Ordinal));

    [Fact]
    public void Tool_ReturnsNull_IsCompleted() => VirtualWorld.Run(async world =>
        Assert.Contains("\"result\":null", await AnswerAsync(world, new TimedTool(world, "look", 10, _ => null), Call("1", "look"), "completed"), StringComparison.Ordinal));

    [Fact]
    public void Tool_ReturnsMegabytes_GivesTheBeginningAndSaysSo() => VirtualWorld.Run(async world =>
    {
        string answer = await AnswerAsync(world, new TimedTool(world, "look", 10, _ => new string('x', 3_000_000)), Call("1", "look"), "completed");
        Assert.Contains("has 3000000 characters, of which at most 65536", answer, StringComparison.Ordinal);
        Assert.InRange(answer.Length, 65_536, 66_000);
    });

    [Fact]
    public void Tool_ReturnsWhatHasNoJson_SaysSo() => VirtualWorld.Run(async world =>
        Assert.Contains("cannot be written as JSON", await AnswerAsync(world, new TimedTool(world, "look", 10, _ => new Action(() => { })), Call("1", "look"), "failed"), StringComparison.Ordinal));

    [Fact]
    public void Tool_ExceedsItsBudget_IsTimedOut() => VirtualWorld.Run(async world =>
    {
        await AnswerAsync(world, new TimedTool(world, "look", 5000), Call("1", "look"), "timed_out", t => t.Budget(300.Milliseconds()));
        Assert.Equal(300, world.Elapsed.TotalMilliseconds);
    });

    [Fact]
    public void Tool_IgnoresItsToken_IsDetachedAfterTheGraceAndItsResultIsDropped() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 5000) { IsDeaf = true };
        await AnswerAsync(world, look, Call("1", "look"), "timed_out", t => t.Budget(300.Milliseconds()).Concurrency(1));
        Assert.Equal(400, world.Elapsed.TotalMilliseconds);
        await world.Delay(10_000);
        Assert.Equal("5000 ended", look.Runs[^1]);
    });

    [Fact]
    public void Tool_EndsWithinTheGrace_IsCompleted() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 350) { IsDeaf = true };
        await AnswerAsync(world, look, Call("1", "look"), "completed", t => t.Budget(300.Milliseconds()));
        Assert.Equal(350, world.Elapsed.TotalMilliseconds);
    });

    [Fact]
    public void Tool_HoldsTheOnlyPlaceForever_TheNextCallRuns() => VirtualWorld.Run(async world =>
    {
        int runs = 0;
        var look = new TimedTool(world, "look", 200, _ => ++runs) { IsDeaf = true };
        var model = new ScriptedModel(world, [Call("1", "look", ("n", 1)), Call("2", "look", ("n", 2))], [Call("3", "look", ("n", 3))], ["done"]);
        await using var chain = Chain.From<AgentRequest>("desk")
            .Stream("agent", model.Client.AsAgent(a => a.Grace(TimeSpan.Zero).Tool(look, t => t.Effect(Effect.Pure).Concurrency(1).Budget(50.Milliseconds()))))
            .Build(world.Options());
        await chain.RunToListAsync(Request());

        Assert.Equal("tool: #1=timed_out | #2=timed_out", History.Line(model.Requests[1].Messages[^1]));
        Assert.Equal(["0 began", "50 began"], look.Runs.Take(2));
    });

    [Fact]
    public void Overrun_Fail_EndsTheTurnAndNamesTheTool() => VirtualWorld.Run(async world =>
    {
        var model = new ScriptedModel(world, [Call("1", "look")], ["done"]);
        await using var chain = Chain.From<AgentRequest>("desk").Stream("agent", model.Client.AsAgent(a => a
            .Tool(new TimedTool(world, "look", 5000), t => t.Budget(300.Milliseconds()).OnOverrun(ToolOverrun.Fail)))).Build(world.Options());
        var session = new AgentSession();

        var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.RunToListAsync(session.Ask("hello")).AsTask());

        Assert.Equal(("look", 300.Milliseconds()), error.InnerException is ToolOverrunException overrun ? (overrun.Tool, overrun.Budget) : default);
        Assert.Equal("tool: #1=timed_out", session.Messages.Lines()[^1]);
    });

    [Fact]
    public void Call_WithoutId_GetsOne_AndARepeatedIdIsOneCall() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 10);
        var model = new ScriptedModel(world, [Call("", "look"), Call("a", "look"), Call("a", "look"), Call("", "look")], ["done"]);
        await using var chain = Chain.From<AgentRequest>("desk")
            .Stream("agent", model.Client.AsAgent(a => a.Tool(look, t => t.Effect(Effect.Pure)))).Build(world.Options());
        await chain.RunToListAsync(Request());

        Assert.Equal(3, look.Calls.Count);
        History.AssertWhole(model.Requests[1].Messages);
    });

    [Fact]
    public async Task Client_WasDisposed_SaysTheOrder()
    {
        ScriptedClient client = ScriptedClient.Says("late");
        await using var chain = Chain.From<AgentRequest>("desk").Stream("agent", client.AsAgent(_ => { })).Build();
        client.Dispose();

        var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.RunToListAsync(Request()).AsTask().WaitAsync(Ask.Patience));

        Assert.Contains("Dispose a client after its chain", Assert.IsType<ChatClientException>(error.InnerException).Message, StringComparison.Ordinal);
    }
}

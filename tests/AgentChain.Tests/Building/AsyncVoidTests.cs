using AgentChain.Simulation;

namespace AgentChain.Tests.Building;

/// <summary>An async lambda where no one awaits it: an exception in it would end the process, so it is refused where it is given.</summary>
public class AsyncVoidTests
{
    static ChainBuilder<int, int> From => Chain.From<int>("void");

    static StreamChainBuilder<int, int> Items => From.Stream<int>("items", (x, _, _) => new[] { x }.ToAsyncEnumerable());

    public static TheoryData<string, Action> Calls() => new()
    {
        { "Tap", () => From.Tap("look", async x => await Task.Yield()) },
        { "Tap with context", () => From.Tap("look", async (x, context) => await Task.Yield()) },
        { "TapEach", () => Items.TapEach("look", async x => await Task.Yield()) },
        { "TapEach with context", () => Items.TapEach("look", async (x, context) => await Task.Yield()) },
        { "OnHypothesis", () => From.Revise("hear", (x, token) => Hear(x), o => o.OnHypothesis(async made => await Task.Yield())) },
        { "OnHypothesis with context", () => From.Revise("hear", (x, token) => Hear(x), o => o.OnHypothesis(async (made, context) => await Task.Yield())) },
        { "AsPropagatorBlock", () => From.Then("same", x => x).Build().AsPropagatorBlock(1, async error => await Task.Yield()) },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public void Callback_IsAsyncAndReturnsVoid_IsRefusedAtOnce(string what, Action call)
    {
        Assert.NotEmpty(what);
        ArgumentException error = Assert.Throws<ArgumentException>(call);
        Assert.Contains("end the process", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deadline_TurnWaitsForItsReader_TheErrorSaysSo() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = From.Stream<int>("items", (_, _, _) => Enumerable.Range(0, 100).ToAsyncEnumerable())
            .Build(world.Options(o => (o.OutputCapacity, o.Budget) = (1, LatencyBudget.Total(20.Milliseconds()))));
        TurnResult result = await chain.Start(1).Completion;
        Assert.Contains("waiting for its reader", result.Error!.Message, StringComparison.Ordinal);
    });

    static async IAsyncEnumerable<Hypothesis<int>> Hear(int x)
    {
        await Task.Yield();
        yield return Hypothesis.Final(x);
    }
}

using System.Runtime.CompilerServices;
using AgentChain.Blocks;
using AgentChain.Building;
using AgentChain.Diagnostics;
using AgentChain.Turns;
using Xunit.Abstractions;

namespace AgentChain.Tests.Flow;

public class SmokeTests(ITestOutputHelper output)
{
    [Fact]
    public async Task RunAsync_FusedBlocks_GivesValue()
    {
        await using Chain<string, int> chain = Chain.From<string>("count")
            .Then("trim", text => text.Trim())
            .Then("length", text => text.Length)
            .Build();
        Assert.Equal(5, await chain.RunAsync(" hello "));
    }

    [Fact]
    public async Task RunAsync_EveryKindOfBlock_GivesValue()
    {
        await using Chain<int, int> sub = Chain.From<int>("sub").Then("double", async (int x, CancellationToken t) =>
        {
            await Task.Yield();
            return x * 2;
        }).Build();
        await using Chain<int, string> chain = Chain.From<int>("all")
            .Then("plus", x => x + 1)
            .Then("sub", sub)
            .Parallel("both", l => l.Then("left", (int x, CancellationToken _) => ValueTask.FromResult(x + 1)), r => r.Then("right", x => x - 1), (x, l, r) => l * 1000 + r)
            .Loop("halve", b => b.Then("half", x => x / 2), x => x > 10, LoopBound.Fail(20))
            .Route("parity", x => x % 2 == 0 ? "even" : "odd", r => r
                .To("even", b => b.Then("even", x => $"even {x}"))
                .Otherwise("odd", b => b.Then("odd", async (int x, CancellationToken t) =>
                {
                    await Task.Yield();
                    return $"odd {x}";
                })))
            .Build();
        Turn<string> turn = chain.Start(3);
        TurnResult result = await turn.Completion;
        output.WriteLine(result.Report.ToWaterfall());
        Assert.Null(result.Error);
        Assert.Equal(result.Report.Elapsed, result.Report.Parts.Aggregate(TimeSpan.Zero, (a, p) => a + p.Duration));
    }

    [Fact]
    public async Task Start_Stream_FlowsWhileProducerRuns()
    {
        await using Chain<int, string> chain = Chain.From<int>("stream")
            .Stream<int>("count", Count)
            .ThenEach("text", x => $"{x}")
            .StreamEach("twice", (string x, BlockContext _, CancellationToken t) => Twice(x))
            .Build();
        IReadOnlyList<string> all = await chain.RunToListAsync(3);
        Assert.Equal(["0", "0", "1", "1", "2", "2"], all);
        Turn<string> turn = chain.Start(3);
        await foreach (string s in turn.Output)
        {
        }

        output.WriteLine((await turn.Completion).Report.ToWaterfall());
    }

    static async IAsyncEnumerable<int> Count(int n, BlockContext context, [EnumeratorCancellation] CancellationToken token)
    {
        for (int i = 0; i < n; i++)
        {
            await Task.Yield();
            yield return i;
        }
    }

    static async IAsyncEnumerable<string> Twice(string x)
    {
        await Task.Yield();
        yield return x;
        yield return x;
    }
}

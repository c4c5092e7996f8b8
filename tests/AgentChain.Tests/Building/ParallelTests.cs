using System.Runtime.CompilerServices;
using AgentChain.Simulation;
using AgentChain.Speculation;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Building;

/// <summary>A join of any number of branches, of one type or of several, in chains that speculate too.</summary>
public class ParallelTests
{
    static ChainBuilder<int, int> Start => Chain.From<int>("chain");

    [Fact]
    public async Task Parallel_OfTwoThreeAndFourTypes_JoinsEachWithItsType()
    {
        await Gives("1 2 3", Start.Parallel("join", b => b.Then("l", x => x + 1), b => b.Then("r", x => $"{x + 2}"), (int x, int l, string r) => $"{x} {l} {r}"));
        await Gives("1 2 3 True", Start.Parallel(
            "join", b => b.Then("a", x => x + 1), b => b.Then("b", x => $"{x + 2}"), b => b.Then("c", x => x == 1), (x, a, text, c) => $"{x} {a} {text} {c}"));
        await Gives("1 2 3 True 5", Start.Parallel(
            "join", b => b.Then("a", x => x + 1), b => b.Then("b", (x, _) => Task.FromResult($"{x + 2}")), b => b.Then("c", x => x == 1), b => b.Then("d", x => x + 4L),
            (x, a, text, c, d) => $"{x} {a} {text} {c} {d}"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(70)]
    public void Parallel_OfAnyNumber_JoinsInTheOrderOfTheBranches(int count) => VirtualWorld.Run(async world =>
    {
        // The later a branch, the sooner it is done.
        IEnumerable<Func<ChainBuilder<int, int>, ChainBuilder<int, int>>> branches = Enumerable.Range(0, count)
            .Select(i => (Func<ChainBuilder<int, int>, ChainBuilder<int, int>>)(b => b.Then($"b{i}", async (x, token) =>
            {
                await world.Delay(count - i, token);
                return x + i;
            })));
        await using Chain<int, string> chain = Start.Parallel("join", branches, (x, results) => $"{x}: {string.Join(' ', results)}").Build(world.Options());
        await using Turn<string> turn = chain.Start(1);
        Assert.Equal("1: " + string.Join(' ', Enumerable.Range(1, count)), await turn.Output.FirstAsync());
        Assert.Equal(count.Milliseconds(), (await turn.Completion).Report.Elapsed);
    });

    [Fact]
    public async Task Parallel_OfLambdasInACollectionExpression_FindsTheirType() =>
        await Gives("1: 2 3 4", Start.Parallel("join", [b => b.Then("a", x => x + 1), b => b.Then("b", x => x + 2), b => b.Then("c", x => x + 3)], (x, all) => $"{x}: {string.Join(' ', all)}"));

    [Fact]
    public async Task Parallel_BranchThatAddsNothing_GivesTheValueItself() =>
        await Gives("1 1 2", Start.Parallel("join", b => b, b => b, b => b.Then("c", x => x + 1), (_, a, b, c) => $"{a} {b} {c}"));

    [Fact]
    public void Parallel_WithoutBranchesOrWithANullOne_SaysWhatToDo()
    {
        ArgumentException none = Assert.Throws<ArgumentException>(
            () => Start.Parallel("join", Array.Empty<Func<ChainBuilder<int, int>, ChainBuilder<int, int>>>(), (x, _) => x));
        Assert.Contains("'join' has no branches", none.Message, StringComparison.Ordinal);
        ArgumentException missing = Assert.Throws<ArgumentException>(
            () => Start.Parallel("join", new Func<ChainBuilder<int, int>, ChainBuilder<int, int>>[] { b => b, null! }, (x, _) => x));
        Assert.Contains("a branch is null", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parallel_BranchThatFails_EndsTheTurnAsFailedAndNamesIt()
    {
        await using Chain<int, int> chain = Start.Parallel(
            "join", b => b, b => b.Then<int>("broken", (_, _) => throw new InvalidDataException()), b => b, (_, a, b, c) => a + b + c).Build();
        Assert.Equal("broken", (await Assert.ThrowsAsync<BlockFailedException>(() => chain.RunAsync(1).AsTask())).Block);
    }

    [Fact]
    public void ToMermaid_DrawsEveryBranch()
    {
        Chain<int, int> chain = Start.Parallel("join", [b => b.Then("a", x => x), b => b.Then("b", x => x), b => b.Then("c", x => x)], (x, _) => x).Build();
        string drawn = chain.ToMermaid();
        Assert.All(["a", "b", "c"], name => Assert.Contains(name, drawn, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, "1 2 21 31", 100, 70)]
    [InlineData(false, "5 6 25 35", 170, 0)]
    public void Parallel_OfThreeThatSpeculate_JoinsHypothesesAndThenTheirFinalValues(bool isTrue, string expected, double took, double saved) =>
        VirtualWorld.Run(async world =>
        {
            List<string> joined = [];
            await using Chain<int, string> chain = Start
                .Revise("listen", Listen)
                .Parallel(
                    "join",
                    b => b.Then("first", x => x + 1),
                    b => b.Then("second", x => x + 20),
                    b => b.Then("slow", Work(30), o => o.Speculate()),
                    (x, one, other, third) =>
                    {
                        joined.Add($"{x} {one} {other} {third}");
                        return joined[^1];
                    })
                .Then("answer", world.Work<string>(40), o => o.Speculate())
                .Build(world.Options(o => o.Speculation = new SpeculationOptions { Controller = new EagerController() }));
            await using Turn<string> turn = chain.Start(1);
            Assert.Equal(expected, await turn.Output.FirstAsync());
            Assert.Equal(expected, joined[^1]);
            Assert.Equal("1 2 21 31", joined[0]);
            TurnReport report = (await turn.Completion).Report;
            Assert.Equal(took, report.Elapsed.Ms());
            Assert.Equal(saved, report.Speculation.Saved.Ms());

            async IAsyncEnumerable<Hypothesis<int>> Listen(int input, [EnumeratorCancellation] CancellationToken token)
            {
                yield return Hypothesis.Tentative(1, 0.9);
                await world.Delay(100, token);
                yield return Hypothesis.Final(isTrue ? 1 : 5);
            }

            Func<int, CancellationToken, Task<int>> Work(int milliseconds) => async (x, token) =>
            {
                await world.Delay(milliseconds, token);
                return x + milliseconds;
            };
        });

    static async Task Gives(string expected, ChainBuilder<int, string> builder)
    {
        await using Chain<int, string> chain = builder.Build();
        Assert.Equal(expected, await chain.RunAsync(1));
    }
}

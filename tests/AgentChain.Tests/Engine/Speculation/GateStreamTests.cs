using System.Runtime.CompilerServices;
using AgentChain.Simulation;
using AgentChain.Speculation;

namespace AgentChain.Tests.Engine.Speculation;

/// <summary>Streams that are hypotheses, at the gate of a block that runs for each of their items.</summary>
public sealed class GateStreamTests
{
    [Fact]
    public void StreamEach_CertainItemMakesMoreThanMayBeHeld_GoesAtTheReadersPace() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, IReadOnlyList<int>> chain = Chain.From<int>("certain")
            .Stream("items", (_, _, token) => world.Count([10, 10], token), o => o.Predict(_ => Hypothesis.Tentative<IReadOnlyList<int>>([7], 0.9)))
            .StreamEach("many", (_, _, token) => world.Count(Enumerable.Repeat(1.0, 20), token), o => o.Speculate())
            .Collect("all")
            .Build(world.Options(o => o.Speculation = new SpeculationOptions { Controller = new EagerController(), HoldCapacity = 4 }));
        Assert.Equal([.. Enumerable.Range(0, 20), .. Enumerable.Range(0, 20)], await chain.RunAsync(1));
    });

    [Fact]
    public void Candidates_TwoStreamsAtOnce_TheSecondDoesNotTakeThePlacesOfTheFirst() => VirtualWorld.Run(async world =>
    {
        var each = new Worker<char, char>(world, 300, x => x);
        await using Chain<string, string> chain = Chain.From<string>("two")
            .Then("slow", world.Work<string>(100), o => o.Candidates(_ => [Hypothesis.Tentative("ab", 0.6), Hypothesis.Tentative("xy", 0.4)]))
            .Stream("letters", (text, _, token) => LettersAsync(text, token), o => o.Speculate().MaxSpeculations(2))
            .ThenEach("each", each, o => o.Speculate())
            .Collect("all")
            .Then("join", static letters => string.Concat(letters))
            .Build(world.Eager());
        Assert.Equal("ab", await chain.RunAsync("ab"));
        Assert.Equal((0.0, 'a', 300.0, false), each.Runs.First(run => run.Input == 'a'));
        Assert.DoesNotContain(each.Runs, run => run.Input is 'x' or 'y');
    });

    [Fact]
    public void Candidates_TheShorterStreamEnds_WhatTheLongerMadeStands() => VirtualWorld.Run(async world =>
    {
        var each = new Worker<char, char>(world, 10, x => x);
        await using Chain<string, string> chain = Chain.From<string>("two")
            .Then("slow", world.Work<string>(150), o => o.Candidates(_ => [Hypothesis.Tentative("abc", 0.6), Hypothesis.Tentative("a", 0.4)]))
            .Stream("letters", (text, _, token) => Later(text, token), o => o.Speculate().MaxSpeculations(2))
            .ThenEach("each", each, o => o.Speculate())
            .Collect("all")
            .Then("join", static letters => string.Concat(letters))
            .Build(world.Eager());
        Assert.Equal("abc", await chain.RunAsync("abc"));
        Assert.Equal([(0.0, 'a', 10.0, false), (10.0, 'b', 20.0, false), (20.0, 'c', 30.0, false)], each.Runs);

        async IAsyncEnumerable<char> Later(string text, [EnumeratorCancellation] CancellationToken token)
        {
            await world.Delay(text.Length == 1 ? 100 : 0, token);
            await foreach (char letter in LettersAsync(text, token))
            {
                yield return letter;
            }
        }
    });

    [Fact]
    public void Candidates_BothHaveOneKey_TheStreamGoesOnFromTheLaterAlone() => VirtualWorld.Run(async world =>
    {
        List<(double At, int Item)> passed = [];
        await using Chain<string, int> chain = Chain.From<string>("one key")
            .Then("slow", world.Work<string>(100), o => o.Candidates(_ => [Hypothesis.Tentative("a1", 0.6), Hypothesis.Tentative("a2", 0.4)]))
            .Stream("items", (_, _, token) => world.Count([10, 10, 10], token), o => o.Speculate().MaxSpeculations(2).CommitKey(text => text[0]))
            .ThenEach("pass", (int item) =>
            {
                passed.Add((world.Elapsed.Ms(), item));
                return item;
            })
            .Collect("all")
            .Then("sum", Enumerable.Sum)
            .Build(world.Eager());
        Assert.Equal(3, await chain.RunAsync("a3"));
        Assert.Equal([(10.0, 0), (20.0, 1), (30.0, 2), (100.0, 0), (100.0, 1), (100.0, 2)], passed);
    });

    [Fact]
    public void Revise_LaterHypothesisIsAShorterStream_WhatIsBeyondItsEndStops() => VirtualWorld.Run(async world =>
    {
        var each = new Worker<char, char>(world, 1000, x => x);
        await using Chain<string, string> chain = Chain.From<string>("shorter")
            .Revise("listen", world.Hears((100, "abc"), (200, "a"), (600, "a")))
            .Stream("letters", (text, _, token) => LettersAsync(text, token), o => o.Speculate())
            .ThenEach("each", each, o => o.Speculate().Concurrency(3))
            .Collect("all")
            .Then("join", static letters => string.Concat(letters))
            .Build(world.Eager());
        Assert.Equal("a", await chain.RunAsync(""));
        Assert.All(each.Runs.Where(run => run.Input != 'a'), run => Assert.Equal((200.0, true), (run.Ended, run.Cancelled)));
    });

    [Fact]
    public void Parallel_OneSideWasTakenBack_IsNotJoinedWithTheOther() => VirtualWorld.Run(async world =>
    {
        List<(double At, int Left, int Right)> joins = [];
        await using Chain<int, int> chain = Chain.From<int>("branches")
            .Parallel(
                "join",
                left => left
                    .Then("slow", world.Work<int>(100), o => o.Predict(_ => Hypothesis.Tentative(9, 0.9)))
                    .Then("second", world.Work<int>(50), o => o.Speculate()),
                right => right.Then("quick", world.Work<int>(120)),
                (_, l, r) =>
                {
                    joins.Add((world.Elapsed.Ms(), l, r));
                    return l + r;
                })
            .Build(world.Eager());
        Assert.Equal(2, await chain.RunAsync(1));
        Assert.Equal([(150.0, 1, 1)], joins);
    });

    static async IAsyncEnumerable<char> LettersAsync(string text, [EnumeratorCancellation] CancellationToken token)
    {
        foreach (char letter in text)
        {
            token.ThrowIfCancellationRequested();
            await Task.CompletedTask;
            yield return letter;
        }
    }
}

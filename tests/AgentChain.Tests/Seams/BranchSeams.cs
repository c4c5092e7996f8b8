using static AgentChain.Tests.Seams.Misbehavior;
using static AgentChain.Tests.Seams.SeamCase;

namespace AgentChain.Tests.Seams;

/// <summary>Branches, routes and loops: their joins, classifiers and conditions, and the delegates that add their blocks.</summary>
static class BranchSeams
{
    const string Again = "ChainBuilder.Loop(again: Func<TOut, Boolean>)";
    const string Classifies = "ChainBuilder.Route(classifier: Func<TOut, String>)";

    public static IEnumerable<SeamCase> Cases =>
    [
        .. Steps.SelectMany(s => Step(s.Seam, s.Build)),
        .. Branches.SelectMany(b => Branch(b.Seam, b.Add)),
        .. SeamCase.Turn(Again, (TurnOutcome.Failed, Block), Of(h => Loop(() => h.Return(false, lie: true))), "never false", Lies),
        .. SeamCase.Turn(Classifies, (TurnOutcome.Failed, Block), Of(h => From.Route(Block, (int _) => h.Return("a", lie: "b"), OneRoute)), "an unknown route", Lies),
        ThrowsToCaller(
            "ChainBuilder.Parallel(branches: IEnumerable<Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TBranch>>>)",
            h => From.Parallel(Block, ThenThrows(h), (x, _) => x)),
        Refuses(
            "ChainBuilder.Parallel(branches: IEnumerable<Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TBranch>>>)",
            h => From.Parallel(Block, [Added, h.Return<Func<ChainBuilder<int, int>, ChainBuilder<int, int>>>(Added)], (x, _) => x)),
    ];

    static ChainBuilder<int, int> From => Chain.From<int>("seams");

    /// <summary>Code that runs in a turn.</summary>
    static IEnumerable<(string Seam, Build Build)> Steps =>
    [
        (Again, Of(h => Loop(() => h.Return(false)))),
        ("ChainBuilder.Parallel(join: Func<TOut, TLeft, TRight, TNext>)", Of(h => From.Parallel(Block, Added, Other, (x, _, _) => h.Return(x)))),
        ("ChainBuilder.Parallel(join: Func<TOut, TFirst, TSecond, TThird, TNext>)", Of(h => From.Parallel(Block, Added, Other, Third, (x, _, _, _) => h.Return(x)))),
        ("ChainBuilder.Parallel(join: Func<TOut, TFirst, TSecond, TThird, TFourth, TNext>)", Of(h => From.Parallel(Block, Added, Other, Third, Fourth, (x, _, _, _, _) => h.Return(x)))),
        ("ChainBuilder.Parallel(join: Func<TOut, IReadOnlyList<TBranch>, TNext>)", Of(h => From.Parallel(Block, [Added, Other], (x, _) => h.Return(x)))),
        (Classifies, Of(h => From.Route(Block, (int _) => h.Return("a"), OneRoute))),
        ("ChainBuilder.Route(classifier: Func<TOut, BlockContext, String>)", Of(h => From.Route(Block, (int _, BlockContext _) => h.Return("a"), OneRoute))),
        ("ChainBuilder.Route(classifier: Func<TOut, CancellationToken, ValueTask<String>>)", Of(h => From.Route(Block, (int _, CancellationToken _) => h.ReturnAsync<string>("a"), OneRoute))),
        ("ChainBuilder.Route(classifier: Func<TOut, CancellationToken, Task<String>>)", Of(h => From.Route(Block, (int _, CancellationToken _) => h.ReturnTask("a"), OneRoute))),
        ("ChainBuilder.Route(classifier: Func<TOut, CancellationToken, IAsyncEnumerable<Hypothesis<String>>>)", Of(h => From.Route(Block, (int _, CancellationToken _) => h.Stream(Revisions), OneRoute))),
        ("ChainBuilder.Route(classifier: Func<TOut, BlockContext, CancellationToken, ValueTask<String>>)", Of(h => From.Route(Block, (_, _, _) => h.ReturnAsync<string>("a"), OneRoute))),
        ("ChainBuilder.Route(classifier: Func<TOut, BlockContext, CancellationToken, Task<String>>)", Of(h => From.Route(Block, (_, _, _) => h.ReturnTask("a"), OneRoute))),
        ("ChainBuilder.Route(classifier: Func<TOut, BlockContext, CancellationToken, IAsyncEnumerable<Hypothesis<String>>>)", Of(h => From.Route(Block, (_, _, _) => h.Stream(Revisions), OneRoute))),
    ];

    /// <summary>Code that adds the blocks of a branch while the host composes the chain.</summary>
    static IEnumerable<(string Seam, Func<HostCode, ChainBuilder<int, int>> Add)> Branches =>
    [
        ("ChainBuilder.Parallel(left: Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TLeft>>)", h => From.Parallel("x", b => h.Return(Added(b)), Other, (x, _, _) => x)),
        ("ChainBuilder.Parallel(right: Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TRight>>)", h => From.Parallel("x", Added, b => h.Return(Other(b)), (x, _, _) => x)),
        ("ChainBuilder.Parallel(first: Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TFirst>>)", h => From.Parallel("x", b => h.Return(Added(b)), Other, Third, (x, _, _, _) => x)),
        ("ChainBuilder.Parallel(second: Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TSecond>>)", h => From.Parallel("x", Added, b => h.Return(Other(b)), Third, (x, _, _, _) => x)),
        ("ChainBuilder.Parallel(third: Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TThird>>)", h => From.Parallel("x", Added, Other, b => h.Return(Third(b)), (x, _, _, _) => x)),
        ("ChainBuilder.Parallel(fourth: Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TFourth>>)", h => From.Parallel("x", Added, Other, Third, b => h.Return(Fourth(b)), (x, _, _, _, _) => x)),
        ("ChainBuilder.Loop(body: Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TOut>>)", h => From.Loop("x", b => h.Return(Added(b)), _ => false, LoopBound.Fail(2))),
        ("ChainBuilder.Route(routes: Func<RouteBuilder<TOut>, RouteBuilder<TOut, TNext>>)", h => From.Route("x", _ => "a", r => h.Return(OneRoute(r)))),
        ("RouteBuilder.To(build: Func<ChainBuilder<T, T>, ChainBuilder<T, TOut>>)", h => From.Route("x", _ => "a", r => r.To("a", b => h.Return(Added(b))))),
        ("RouteBuilder.Otherwise(build: Func<ChainBuilder<T, T>, ChainBuilder<T, TOut>>)", h => From.Route("x", _ => "a", r => r.To("a", Added).Otherwise("b", b => h.Return(Other(b))))),
    ];

    static Hypothesis<string>[] Revisions => [Hypothesis.Tentative("a", 0.5), Hypothesis.Final("a")];

    /// <summary>An exception of a branch reaches the caller; a null branch is rejected immediately, with an error that names it.</summary>
    static IEnumerable<SeamCase> Branch(string seam, Func<HostCode, ChainBuilder<int, int>> add) => [ThrowsToCaller(seam, h => add(h)), Refuses(seam, add)];

    static SeamCase Refuses(string seam, Func<HostCode, ChainBuilder<int, int>> add) => new(seam, ReturnsNull, how =>
    {
        Exception error = Assert.ThrowsAny<Exception>(() => add(new HostCode(how) { IsBad = true }));
        Assert.True(error is InvalidOperationException or ArgumentException, $"It must say what is null, not throw a {error.GetType().Name}.");
        Assert.Contains("null", error.Message, StringComparison.Ordinal);
    });

    static Build Of(Func<HostCode, ChainBuilder<int, int>> add) => (_, host, options) => add(host).Build(options);

    static ChainBuilder<int, int> Loop(Func<bool> again) => From.Loop(Block, Added, _ => again(), LoopBound.Fail(3));

    static RouteBuilder<int, int> OneRoute(RouteBuilder<int> routes) => routes.To("a", Added);

    static ChainBuilder<int, int> Added(ChainBuilder<int, int> builder) => builder.Then("one", x => x);

    static ChainBuilder<int, int> Other(ChainBuilder<int, int> builder) => builder.Then("two", x => x);

    static ChainBuilder<int, int> Third(ChainBuilder<int, int> builder) => builder.Then("three", x => x);

    static ChainBuilder<int, int> Fourth(ChainBuilder<int, int> builder) => builder.Then("four", x => x);

    static IEnumerable<Func<ChainBuilder<int, int>, ChainBuilder<int, int>>> ThenThrows(HostCode host)
    {
        yield return Added;
        host.Act();
    }
}

using AgentChain.Blocks;
using AgentChain.Building;
using AgentChain.Simulation;
using AgentChain.Turns;
using static AgentChain.Tests.Seams.Misbehavior;
using static AgentChain.Tests.Seams.SeamCase;

namespace AgentChain.Tests.Seams;

/// <summary>The steps of a chain, as delegates.</summary>
static class DelegateSeams
{
    const string Tokened = "ChainBuilder.Then(invoke: Func<TOut, CancellationToken, ValueTask<TNext>>)";
    const string Full = "ChainBuilder.Then(invoke: Func<TOut, BlockContext, CancellationToken, ValueTask<TNext>>)";
    const string Stream = "ChainBuilder.Stream(invoke: Func<TOut, BlockContext, CancellationToken, IAsyncEnumerable<TItem>>)";
    const string StreamEach = "StreamChainBuilder.StreamEach(invoke: Func<TOut, BlockContext, CancellationToken, IAsyncEnumerable<TNext>>)";
    const string ThenEach = "StreamChainBuilder.ThenEach(invoke: Func<TOut, CancellationToken, ValueTask<TNext>>)";

    static readonly Build ThenTokened = (_, host, options) => From.Then(Block, (x, token) => host.ReturnAsync(x)).Build(options);
    static readonly Build ThenFull = (_, host, options) => From.Then(Block, (x, context, token) => host.ReturnAsync(x)).Build(options);
    static readonly Build Streams = (_, host, options) => From.Stream(Block, (x, context, token) => host.Stream(x, x)).Build(options);
    static readonly Build StreamsEach = (_, host, options) => Two.StreamEach(Block, (x, context, token) => host.Stream(x, x)).Build(options);
    static readonly Build ThenEachAsync = (_, host, options) => Two.ThenEach(Block, (x, token) => host.ReturnAsync(x)).Build(options);

    public static IEnumerable<SeamCase> Cases =>
    [
        .. Fails("ChainBuilder.Then(invoke: Func<TOut, TNext>)", (_, host, options) => From.Then(Block, x => host.Return(x)).Build(options), Throws),
        .. Fails(Tokened, ThenTokened, Throws, ThrowsLater, Stale, CannotBeAwaited),
        .. Hangs(Tokened, ThenTokened),
        .. Fails(Full, ThenFull, Throws, ThrowsLater, Stale, CannotBeAwaited),
        .. Hangs(Full, ThenFull),
        .. Fails(Stream, Streams, Throws, ThrowsLater, ReturnsNull, Stale, CannotBeAwaited),
        .. Hangs(Stream, Streams),
        .. Fails(StreamEach, StreamsEach, Throws, ThrowsLater, ReturnsNull, Stale, CannotBeAwaited),
        .. Hangs(StreamEach, StreamsEach),
        .. Fails("StreamChainBuilder.ThenEach(invoke: Func<TOut, TNext>)", (_, host, options) => Two.ThenEach(Block, x => host.Return(x)).Build(options), Throws),
        .. Fails(ThenEach, ThenEachAsync, Throws, ThrowsLater, Stale, CannotBeAwaited),
        .. Hangs(ThenEach, ThenEachAsync),
        .. Fails("ChainBuilder.Tap(look: Action<TOut, BlockContext>)", (_, host, options) => From.Tap(Block, (_, _) => host.Act()).Build(options), Throws),
        .. Fails("StreamChainBuilder.TapEach(look: Action<TOut, BlockContext>)", (_, host, options) => Two.TapEach(Block, (_, _) => host.Act()).Build(options), Throws),
        .. Fails(
            "ChainBuilder.Loop(again: Func<TOut, Boolean>)",
            (_, host, options) => From.Loop(Block, b => b.Then("body", x => x), _ => host.Return(false), LoopBound.Fail(3)).Build(options),
            Throws),
        .. SeamCase.Turn(
            "ChainBuilder.Loop(again: Func<TOut, Boolean>)",
            (TurnOutcome.Failed, Block),
            (_, host, options) => From.Loop(Block, b => b.Then("body", x => x), _ => host.Return(false, lie: true), LoopBound.Fail(3)).Build(options),
            "never false",
            Lies),
        .. Fails(
            "ChainBuilder.Parallel(join: Func<TOut, TLeft, TRight, TNext>)",
            (_, host, options) => From.Parallel(Block, b => b.Then("left", x => x), b => b.Then("right", x => x), (x, _, _) => host.Return(x)).Build(options),
            Throws),
        .. Fails(
            "ChainBuilder.Route(classifier: Func<TOut, String>)",
            (_, host, options) => From.Route(Block, _ => host.Return("a"), r => r.To("a", b => b.Then("one", x => x))).Build(options),
            Throws,
            ReturnsNull),
        .. SeamCase.Turn(
            "ChainBuilder.Route(classifier: Func<TOut, String>)",
            (TurnOutcome.Failed, Block),
            (_, host, options) => From.Route(Block, _ => host.Return("a", lie: "b"), r => r.To("a", b => b.Then("one", x => x))).Build(options),
            "an unknown route",
            Lies),
        .. Fails(
            "ReviseOptions.OnHypothesis(observer: Action<Hypothesis<TOut>, BlockContext>)",
            (_, host, options) => From.Revise(Block, new FinalOnly(), o => o.OnHypothesis((_, _) => host.Act())).Build(options),
            Throws),
    ];

    static ChainBuilder<int, int> From => Chain.From<int>("seams");

    static StreamChainBuilder<int, int> Two => From.Stream("two", BlockSeams.Two);

    sealed class FinalOnly : IRevisingBlock<int, int>
    {
        public IAsyncEnumerable<Hypothesis<int>> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) =>
            new HostCode(Throws).Stream(Hypothesis.Final(input));
    }
}

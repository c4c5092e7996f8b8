using AgentChain.Simulation;
using AgentChain.Tests.Engine;
using static AgentChain.Tests.Seams.SeamCase;

namespace AgentChain.Tests.Seams;

/// <summary>The steps of a chain as delegates: every shape of each kind of step.</summary>
static class LambdaSeams
{
    public static IEnumerable<SeamCase> Cases => [.. Steps.SelectMany(s => Step(s.Seam, s.Build)), .. Fallbacks.SelectMany(s => Step(s.Seam, s.Build, $"{Block} fallback"))];

    static ChainBuilder<int, int> From => Chain.From<int>("seams");

    static StreamChainBuilder<int, int> Two => From.Stream("two", BlockSeams.Two);

    static IEnumerable<(string Seam, Build Build)> Steps =>
    [
        Value("ChainBuilder.Then(invoke: Func<TOut, TNext>)", h => From.Then(Block, (int x) => h.Return(x))),
        Value("ChainBuilder.Then(invoke: Func<TOut, BlockContext, TNext>)", h => From.Then(Block, (int x, BlockContext _) => h.Return(x))),
        Value("ChainBuilder.Then(invoke: Func<TOut, CancellationToken, ValueTask<TNext>>)", h => From.Then(Block, (x, token) => h.ReturnAsync(x))),
        Value("ChainBuilder.Then(invoke: Func<TOut, CancellationToken, Task<TNext>>)", h => From.Then(Block, (x, token) => h.ReturnTask(x))),
        Value("ChainBuilder.Then(invoke: Func<TOut, BlockContext, CancellationToken, ValueTask<TNext>>)", h => From.Then(Block, (x, _, _) => h.ReturnAsync(x))),
        Value("ChainBuilder.Then(invoke: Func<TOut, BlockContext, CancellationToken, Task<TNext>>)", h => From.Then(Block, (x, _, _) => h.ReturnTask(x))),
        Value("ChainBuilder.Tap(look: Action<TOut>)", h => From.Tap(Block, (int _) => h.Act())),
        Value("ChainBuilder.Tap(look: Action<TOut, BlockContext>)", h => From.Tap(Block, (_, _) => h.Act())),
        Items("ChainBuilder.Stream(invoke: Func<TOut, CancellationToken, IAsyncEnumerable<TNext>>)", h => From.Stream(Block, (x, _) => h.Stream(x, x))),
        Items("ChainBuilder.Stream(invoke: Func<TOut, BlockContext, CancellationToken, IAsyncEnumerable<TNext>>)", h => From.Stream(Block, (x, _, _) => h.Stream(x, x))),
        Value("ChainBuilder.Revise(invoke: Func<TOut, CancellationToken, IAsyncEnumerable<Hypothesis<TNext>>>)", h => From.Revise(Block, (x, _) => h.Stream(Revisions(x)))),
        Value("ChainBuilder.Revise(invoke: Func<TOut, BlockContext, CancellationToken, IAsyncEnumerable<Hypothesis<TNext>>>)", h => From.Revise(Block, (x, _, _) => h.Stream(Revisions(x)))),
        Value("ReviseSetup.OnHypothesis(observer: Action<Hypothesis<TOut>>)", h => From.Revise(Block, (x, _) => new HostCode(default).Stream(Revisions(x)), o => o.OnHypothesis(_ => h.Act()))),
        Value("ReviseSetup.OnHypothesis(observer: Action<Hypothesis<TOut>, BlockContext>)", h => From.Revise(Block, (x, _) => new HostCode(default).Stream(Revisions(x)), o => o.OnHypothesis((_, _) => h.Act()))),
        Items("StreamChainBuilder.StreamEach(invoke: Func<TOut, CancellationToken, IAsyncEnumerable<TNext>>)", h => Two.StreamEach(Block, (x, _) => h.Stream(x, x))),
        Items("StreamChainBuilder.StreamEach(invoke: Func<TOut, BlockContext, CancellationToken, IAsyncEnumerable<TNext>>)", h => Two.StreamEach(Block, (x, _, _) => h.Stream(x, x))),
        Items("StreamChainBuilder.ThenEach(invoke: Func<TOut, TNext>)", h => Two.ThenEach(Block, (int x) => h.Return(x))),
        Items("StreamChainBuilder.ThenEach(invoke: Func<TOut, BlockContext, TNext>)", h => Two.ThenEach(Block, (int x, BlockContext _) => h.Return(x))),
        Items("StreamChainBuilder.ThenEach(invoke: Func<TOut, CancellationToken, ValueTask<TNext>>)", h => Two.ThenEach(Block, (x, token) => h.ReturnAsync(x))),
        Items("StreamChainBuilder.ThenEach(invoke: Func<TOut, CancellationToken, Task<TNext>>)", h => Two.ThenEach(Block, (x, token) => h.ReturnTask(x))),
        Items("StreamChainBuilder.ThenEach(invoke: Func<TOut, BlockContext, CancellationToken, ValueTask<TNext>>)", h => Two.ThenEach(Block, (x, _, _) => h.ReturnAsync(x))),
        Items("StreamChainBuilder.ThenEach(invoke: Func<TOut, BlockContext, CancellationToken, Task<TNext>>)", h => Two.ThenEach(Block, (x, _, _) => h.ReturnTask(x))),
        Items("StreamChainBuilder.TapEach(look: Action<TOut>)", h => Two.TapEach(Block, (int _) => h.Act())),
        Items("StreamChainBuilder.TapEach(look: Action<TOut, BlockContext>)", h => Two.TapEach(Block, (_, _) => h.Act())),
    ];

    static IEnumerable<(string Seam, Build Build)> Fallbacks =>
    [
        Fallback("Overrun.FallbackTo(invoke: Func<TIn, TOut>)", h => Overrun.FallbackTo((int x) => h.Return(x))),
        Fallback("Overrun.FallbackTo(invoke: Func<TIn, BlockContext, TOut>)", h => Overrun.FallbackTo((int x, BlockContext _) => h.Return(x))),
        Fallback("Overrun.FallbackTo(invoke: Func<TIn, CancellationToken, ValueTask<TOut>>)", h => Overrun.FallbackTo((int x, CancellationToken _) => h.ReturnAsync(x))),
        Fallback("Overrun.FallbackTo(invoke: Func<TIn, CancellationToken, Task<TOut>>)", h => Overrun.FallbackTo((int x, CancellationToken _) => h.ReturnTask(x))),
        Fallback("Overrun.FallbackTo(invoke: Func<TIn, BlockContext, CancellationToken, ValueTask<TOut>>)", h => Overrun.FallbackTo((int x, BlockContext _, CancellationToken _) => h.ReturnAsync(x))),
        Fallback("Overrun.FallbackTo(invoke: Func<TIn, BlockContext, CancellationToken, Task<TOut>>)", h => Overrun.FallbackTo((int x, BlockContext _, CancellationToken _) => h.ReturnTask(x))),
    ];

    static (string Seam, Build Build) Value(string seam, Func<HostCode, ChainBuilder<int, int>> add) =>
        (seam, (_, host, options) => add(host).Build(options));

    static (string Seam, Build Build) Items(string seam, Func<HostCode, StreamChainBuilder<int, int>> add) =>
        (seam, (_, host, options) => add(host).Build(options));

    /// <summary>A block that is always late, and falls back.</summary>
    static (string Seam, Build Build) Fallback(string seam, Func<HostCode, FallbackBlock<int, int>> fallback) =>
        (seam, (world, host, options) => From.Then(Block, world.Work<int>(100), o => o.Budget(10.Milliseconds()).OnOverrun(fallback(host))).Build(options));

    static Hypothesis<int>[] Revisions(int value) => [Hypothesis.Tentative(value, 0.5), Hypothesis.Final(value)];
}

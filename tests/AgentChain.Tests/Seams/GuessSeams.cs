using AgentChain.Simulation;
using AgentChain.Speculation;
using AgentChain.Tests.Engine;
using AgentChain.Tests.Engine.Speculation;
using static AgentChain.Tests.Seams.SeamCase;

namespace AgentChain.Tests.Seams;

/// <summary>Predictions as delegates: a block downstream starts on them, and the turn does not notice a prediction that fails.</summary>
static class GuessSeams
{
    public static IEnumerable<SeamCase> Cases => [.. Guesses.SelectMany(g => Help(g.Seam, g.Build))];

    static IEnumerable<(string Seam, Build Build)> Guesses =>
    [
        Value("BlockSetup.Candidates(guess: Func<TIn, IEnumerable<Hypothesis<TOut>>>)", (o, h) => o.Candidates((int x) => h.Return<IEnumerable<Hypothesis<int>>>([One(x)]))),
        Value("BlockSetup.Predict(guess: Func<TIn, Nullable<Hypothesis<TOut>>>)", (o, h) => o.Predict((int x) => h.Return<Hypothesis<int>?>(One(x)))),
        Value("BlockSetup.Predict(predictor: Func<TIn, CancellationToken, ValueTask<Hypothesis<TOut>>>)", (o, h) => o.Predict((int x, CancellationToken _) => h.ReturnAsync(One(x)))),
        Value("BlockSetup.Predict(predictor: Func<TIn, CancellationToken, Task<Hypothesis<TOut>>>)", (o, h) => o.Predict((int x, CancellationToken _) => h.ReturnTask(One(x)))),
        Value("BlockSetup.Predict(predictor: Func<TIn, BlockContext, CancellationToken, ValueTask<Hypothesis<TOut>>>)", (o, h) => o.Predict((x, _, _) => h.ReturnAsync(One(x)))),
        Value("BlockSetup.Predict(predictor: Func<TIn, BlockContext, CancellationToken, Task<Hypothesis<TOut>>>)", (o, h) => o.Predict((x, _, _) => h.ReturnTask(One(x)))),
        Items("StreamSetup.Predict(guess: Func<TIn, Nullable<Hypothesis<IReadOnlyList<TOut>>>>)", (o, h) => o.Predict((int x) => h.Return<Hypothesis<IReadOnlyList<int>>?>(All(x)))),
        Items("StreamSetup.Predict(predictor: Func<TIn, CancellationToken, ValueTask<Hypothesis<IReadOnlyList<TOut>>>>)", (o, h) => o.Predict((int x, CancellationToken _) => h.ReturnAsync(All(x)))),
        Items("StreamSetup.Predict(predictor: Func<TIn, CancellationToken, Task<Hypothesis<IReadOnlyList<TOut>>>>)", (o, h) => o.Predict((int x, CancellationToken _) => h.ReturnTask(All(x)))),
        Items("StreamSetup.Predict(predictor: Func<TIn, BlockContext, CancellationToken, ValueTask<Hypothesis<IReadOnlyList<TOut>>>>)", (o, h) => o.Predict((x, _, _) => h.ReturnAsync(All(x)))),
        Items("StreamSetup.Predict(predictor: Func<TIn, BlockContext, CancellationToken, Task<Hypothesis<IReadOnlyList<TOut>>>>)", (o, h) => o.Predict((x, _, _) => h.ReturnTask(All(x)))),
    ];

    static (string Seam, Build Build) Value(string seam, Action<BlockSetup<int, int>, HostCode> predict) => (seam, (world, host, options) =>
        Hearing(world, options).Then(Block, world.Work<int>(20), o => predict(o, host)).Then("next", world.Work<int>(5), o => o.Speculate()).Build(options));

    static (string Seam, Build Build) Items(string seam, Action<StreamSetup<int, int>, HostCode> predict) => (seam, (world, host, options) =>
        Hearing(world, options).Stream(Block, BlockSeams.Two, o => predict(o, host)).ThenEach("next", world.Work<int>(5), o => o.Speculate()).Build(options));

    static ChainBuilder<int, int> Hearing(VirtualWorld world, ChainOptions options)
    {
        options.Speculation = new SpeculationOptions { Controller = new EagerController() };
        return Chain.From<int>("seams").Revise("hear", world.Hears((0, 1), (10, 2), (30, 2)));
    }

    static Hypothesis<int> One(int value) => Hypothesis.Tentative(value, 0.5);

    static Hypothesis<IReadOnlyList<int>> All(int value) => Hypothesis.Tentative<IReadOnlyList<int>>([value, value + 1], 0.5);
}

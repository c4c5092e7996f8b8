using AgentChain.Costs;
using AgentChain.Devices;
using AgentChain.Simulation;
using AgentChain.Speculation;
using AgentChain.Tests.Engine.Speculation;
using static AgentChain.Tests.Seams.Misbehavior;
using static AgentChain.Tests.Seams.SeamCase;

namespace AgentChain.Tests.Seams;

/// <summary>Code that is called only in chains that speculate.</summary>
static class SpeculationSeams
{
    const string Committed = "ICommitHooks.OnCommittedAsync";
    const string Terminated = "ICommitHooks.OnTerminatedAsync";
    const string Guesses = "BlockSetup.Candidates(guess: Func<TIn, BlockContext, IEnumerable<Hypothesis<TOut>>>)";
    const string StreamGuess = "StreamSetup.Predict(guess: Func<TIn, BlockContext, Nullable<Hypothesis<IReadOnlyList<TOut>>>>)";

    public static IEnumerable<SeamCase> Cases =>
    [
        .. Fails("BlockSetup.CommitKey(key: Func<TIn, TKey>)", On((from, host) => from.Then(Block, Same, o => o.Speculate().CommitKey(x => host.Return(x)))), Throws),
        .. Fails("StreamSetup.CommitKey(key: Func<TIn, TKey>)", OnStream((from, host) => from.Stream(Block, BlockSeams.Two, o => o.Speculate().CommitKey(x => host.Return(x)))), Throws),
        .. Fails("ReviseSetup.CommitKey(key: Func<TIn, TKey>)", On((from, host) => from.Revise(Block, new Again(), o => o.Speculate().CommitKey(x => host.Return(x)))), Throws),
        .. IsIgnored("BlockSetup.Cost(features: Func<TIn, CostFeatures>)", On((from, host) => from.Then(Block, Same, o => o.Cost(x => host.Return(new CostFeatures { Tokens = x })))), Throws),
        .. IsIgnored("StreamSetup.Cost(features: Func<TIn, CostFeatures>)", OnStream((from, host) => from.Stream(Block, BlockSeams.Two, o => o.Cost(x => host.Return(new CostFeatures { Tokens = x })))), Throws),
        .. IsIgnored("StreamSetup.Playback(duration: Func<TOut, TimeSpan>)", OnStream((from, host) => from.Stream(Block, BlockSeams.Two, o => o.Playback(x => host.Return(x.Milliseconds())))), Throws),
        .. IsIgnored("BlockSetup.CostOfTurn(features: Func<TTurn, CostFeatures>)", Predicted((from, host) => from.Then(Block, Same, o => o.Cost(CostModel.Constant(1.Milliseconds())).CostOfTurn((int x) => host.Return(new CostFeatures { Tokens = x })))), Throws),
        .. IsIgnored(AmbientSeams.KeyEquality, On((from, host) => from.Then(Block, Same, o => o.Speculate().CommitKey(x => new Key(host, x)))), Throws),
        .. IsIgnored(
            "BlockSetup.Predict(guess: Func<TIn, BlockContext, Nullable<Hypothesis<TOut>>>)",
            Predicts((from, host) => from.Then(Block, Same, o => o.Predict((x, _) => host.Return<Hypothesis<int>?>(Tentative(x), new Hypothesis<int>(x, double.NaN, false))))),
            Throws,
            Lies),
        .. IsIgnored(Guesses, Predicts((from, host) => from.Then(Block, Same, o => o.Candidates((x, _) => host.Return<IEnumerable<Hypothesis<int>>>([Tentative(x)], ThenThrows(x))))), Throws, ReturnsNull, Lies),
        .. IsIgnored(StreamGuess, PredictsStream((from, host) => from.Stream(Block, BlockSeams.Two, o => o.Predict((x, _) => host.Return<Hypothesis<IReadOnlyList<int>>?>(Hypothesis.Tentative<IReadOnlyList<int>>([x], 0.5), Hypothesis.Tentative<IReadOnlyList<int>>(null!, 0.5))))), Throws, Lies),
        .. SeamCase.Turn(
            "IBlock.InvokeAsync",
            (TurnOutcome.Completed, null),
            Predicts((from, host) => from.Then(Block, Same, o => o.Predict(new Predictor(host)))),
            "as a predictor",
            Throws,
            ThrowsLater,
            Stale,
            CannotBeAwaited,
            NeverReturns),
        .. Fails(Committed, On((from, host) => from.Then(Block, new Hooked(host, committed: true), o => o.Speculate())), Throws, ThrowsLater, Stale, CannotBeAwaited, NeverReturns),
        .. Fails(Terminated, Undoes, Throws, ThrowsLater, Stale, CannotBeAwaited),

        // The turn has completed by the time at which the hook is overdue.
        .. IsIgnored(Terminated, Undoes, NeverReturns),
        .. IsIgnored("IPrefill.PrefillAsync", Warms, Throws, ThrowsLater, Stale, CannotBeAwaited),
        IsLeftBehind("IPrefill.PrefillAsync", Warms),
        .. IsIgnored("ISpeculationController.Decide", By(host => new Controller(host, decides: true)), Throws, Lies),
        .. IsIgnored("ISpeculationController.Resolve", By(host => new Controller(host, decides: false)), Throws),
        .. IsIgnored("IProbabilityEstimator.Estimate", By(host => Learning(new Estimator(host, estimates: true))), Throws, Lies),
        .. IsIgnored("IProbabilityEstimator.Learn", By(host => Learning(new Estimator(host, estimates: false))), Throws),
        .. IsIgnored("IDeviceScheduler.LoadOf", Loads, Throws, Lies),
    ];

    static readonly Build Undoes = On((from, host) => from.Then(Block, new Hooked(host, committed: false), o => o.Speculate()));
    static readonly Build Warms = On((from, host) => from.Then(Block, new Warmed(host), o => o.Speculate(SpeculationLevel.Prefill)));

    static Build On(Func<ChainBuilder<int, int>, HostCode, ChainBuilder<int, int>> add) => (world, host, options) =>
        add(Hearing(world, options, new EagerController()), host).Build(options);

    static Build OnStream(Func<ChainBuilder<int, int>, HostCode, StreamChainBuilder<int, int>> add) => (world, host, options) =>
        add(Hearing(world, options, new EagerController()), host).Build(options);

    /// <summary>A chain that predicts its turns.</summary>
    static Build Predicted(Func<ChainBuilder<int, int>, HostCode, ChainBuilder<int, int>> add) => (world, host, options) =>
    {
        (options.Budget, options.Overload) = (LatencyBudget.Total(TimeSpan.FromHours(1)), new OverloadOptions());
        return add(Chain.From<int>("predicted"), host).Build(options);
    };

    /// <summary>A block that is predicted, and a downstream block that starts on the prediction.</summary>
    static Build Predicts(Func<ChainBuilder<int, int>, HostCode, ChainBuilder<int, int>> add) => (world, host, options) =>
        add(Hearing(world, options, new EagerController()), host).Then("next", Same, o => o.Speculate()).Build(options);

    static Build PredictsStream(Func<ChainBuilder<int, int>, HostCode, StreamChainBuilder<int, int>> add) => (world, host, options) =>
        add(Hearing(world, options, new EagerController()), host).ThenEach("next", Same, o => o.Speculate()).Build(options);

    static Build By(Func<HostCode, ISpeculationController> controller) => (world, host, options) =>
        Hearing(world, options, controller(host)).Then(Block, Same, o => o.Speculate()).Build(options);

    static ChainBase<int, int> Loads(VirtualWorld world, HostCode host, ChainOptions options)
    {
        options.Devices = host.Own(new HostScheduler(host, HostScheduler.Member.LoadOf));
        return Hearing(world, options, new SpeculationController()).Then(Block, Same, o => o.Speculate().On(DeviceKind.Cpu)).Build(options);
    }

    static ChainBuilder<int, int> Hearing(VirtualWorld world, ChainOptions options, ISpeculationController controller)
    {
        options.Speculation = new SpeculationOptions { Controller = controller };
        return Chain.From<int>("seams").Revise("hear", world.Hears((0, 1), (10, 2), (30, 2)));
    }

    static async ValueTask<int> Same(int input, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return input;
    }

    static Hypothesis<int> Tentative(int value) => Hypothesis.Tentative(value, 0.5);

    static IEnumerable<Hypothesis<int>> ThenThrows(int value)
    {
        yield return Tentative(value);
        throw new HostException();
    }

    static SpeculationController Learning(IProbabilityEstimator estimator) => new(SpeculationControllerOptions.Default with { Estimator = estimator });

    sealed class Again : IRevisingBlock<int, int>
    {
        public IAsyncEnumerable<Hypothesis<int>> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) =>
            new HostCode(Throws).Stream(Hypothesis.Final(input));
    }

    /// <summary>A commit key that throws when it is compared.</summary>
    sealed class Key(HostCode host, int value)
    {
        readonly int _value = value;

        public override bool Equals(object? obj)
        {
            host.Act();
            return obj is Key other && other._value == _value;
        }

        public override int GetHashCode() => host.Return(_value);
    }

    sealed class Predictor(HostCode host) : IBlock<int, Hypothesis<int>>
    {
        public ValueTask<Hypothesis<int>> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) =>
            host.ReturnAsync(Tentative(input));
    }

    sealed class Hooked(HostCode host, bool committed) : IBlock<int, int>, ICommitHooks
    {
        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => Same(input, cancellationToken);

        public ValueTask OnCommittedAsync(BlockContext context, CancellationToken cancellationToken) => committed ? host.ActAsync() : default;

        public ValueTask OnTerminatedAsync(BlockContext context, CancellationToken cancellationToken) => committed ? default : host.ActAsync();
    }

    sealed class Warmed(HostCode host) : IBlock<int, int>, IPrefill<int>
    {
        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => Same(input, cancellationToken);

        public ValueTask PrefillAsync(int input, BlockContext context, CancellationToken cancellationToken) => host.ActAsync();
    }

    sealed class Controller(HostCode host, bool decides) : ISpeculationController
    {
        static readonly SpeculationDecision Good = new(SpeculationVerdict.Start, SpeculationReason.Worth, 0.5, TimeSpan.Zero, TimeSpan.Zero);
        static readonly SpeculationDecision Lie =
            new(SpeculationVerdict.Later, (SpeculationReason)99, double.NaN, TimeSpan.MinValue, TimeSpan.MaxValue) { AskAgainIn = TimeSpan.MaxValue };

        public SpeculationDecision Decide(in SpeculationRequest request) => decides ? host.Return(Good, Lie) : Good;

        public void Resolve(in SpeculationResolution resolution)
        {
            if (!decides)
            {
                host.Act();
            }
        }
    }

    sealed class Estimator(HostCode host, bool estimates) : IProbabilityEstimator
    {
        public double Estimate(in SpeculationRequest request) => estimates ? host.Return(0.9, double.NaN) : 0.9;

        public void Learn(in SpeculationRequest request, bool cameTrue)
        {
            if (!estimates)
            {
                host.Act();
            }
        }
    }
}

using System.Runtime.CompilerServices;
using AgentChain.Blocks;
using AgentChain.Costs;
using AgentChain.Engine.Speculation;

namespace AgentChain;

/// <summary>Provides the options of a block that returns one value.</summary>
/// <typeparam name="TIn">The type of the block's input.</typeparam>
/// <typeparam name="TOut">The type of the block's output.</typeparam>
// A lambda that only throws or returns null matches every overload; the priorities select the synchronous one.
public sealed class BlockSetup<TIn, TOut> : BlockSetup<BlockSetup<TIn, TOut>>
{
    internal FallbackBlock<TIn, TOut>? Fallback { get; private set; }

    internal GateSettings<TIn, TOut> Gate { get; private set; } = new();

    /// <summary>Copies these options, without the fallbacks, for a block with a different output type.</summary>
    internal BlockSetup<TIn, TOther> For<TOther>(Func<TIn, TOut, TOther> map) => new() { Settings = Settings, Gate = Gate.For(map) };

    internal FallbackValue<TOut>? FallbackValue { get; private set; }

    /// <summary>
    /// Uses a value instead of the block's output when its budget runs out, or when it throws a <see cref="BlockOverrunException"/>.
    /// </summary>
    /// <param name="fallback">A value created by <see cref="Overrun.Fallback"/>.</param>
    /// <returns>These options, so that calls can be chained.</returns>
    public BlockSetup<TIn, TOut> OnOverrun(FallbackValue<TOut> fallback)
    {
        (FallbackValue, Fallback) = (fallback, null);
        return Set(Settings with { Overrun = OverrunAction.Fallback });
    }

    /// <summary>
    /// Runs another block instead of this one when its budget runs out, or when it throws a <see cref="BlockOverrunException"/>.
    /// </summary>
    /// <param name="fallback">A block created by <see cref="Overrun.FallbackTo{TIn, TOut}(IBlock{TIn, TOut})"/>.</param>
    /// <returns>These options, so that calls can be chained.</returns>
    public BlockSetup<TIn, TOut> OnOverrun(FallbackBlock<TIn, TOut> fallback)
    {
        ArgumentNullException.ThrowIfNull(fallback.Block);
        (Fallback, FallbackValue) = (fallback, null);
        return Set(Settings with { Overrun = OverrunAction.Fallback });
    }

    /// <summary>
    /// Specifies what the block's run time depends on, so that its cost is learned as a start time and a time for each unit of each feature
    /// (see <see cref="ChainOptions.Costs"/>).
    /// </summary>
    /// <param name="features">Returns the features of an input. If it throws, the run is not learned from.</param>
    /// <returns>This object.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="features"/> is <see langword="null"/>.</exception>
    public BlockSetup<TIn, TOut> Cost(Func<TIn, CostFeatures> features)
    {
        ArgumentNullException.ThrowIfNull(features);
        return Set(Settings with { Features = features });
    }

    /// <summary>
    /// Tells on which device the state of an input lies, such as the key/value cache of its conversation, and what it costs to have it on
    /// another one, so that a run goes there unless another device is faster even so (see <see cref="Devices.DeadlineAwarePolicy"/>).
    /// </summary>
    /// <param name="state">
    /// Returns where the state lies, before the run gets its device; <see langword="default"/> for nowhere. If it throws, the run goes anywhere.
    /// </param>
    /// <returns>These options, so that calls can be chained.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="state"/> is <see langword="null"/>.</exception>
    public BlockSetup<TIn, TOut> StaysWith(Func<TIn, Devices.DeviceAffinity> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return Set(Settings with { Affinity = state });
    }

    /// <summary>
    /// Selects the commit key, the part of an input that determines whether work on it can be reused: a run on a hypothesis is kept if the
    /// final input has an equal key. By default, the key is the input itself.
    /// </summary>
    /// <typeparam name="TKey">The type of the key, compared with its default equality comparer.</typeparam>
    /// <param name="key">
    /// A pure, cheap function that returns the key. If it throws, the turn ends as Failed; keys whose comparison throws count as different.
    /// </param>
    /// <returns>These options, so that calls can be chained.</returns>
    /// <remarks>
    /// Leave out of the key only data that cannot change the output. Values that the block reads through <see cref="BlockContext.Get"/> are
    /// compared separately.
    /// </remarks>
    public BlockSetup<TIn, TOut> CommitKey<TKey>(Func<TIn, TKey> key)
    {
        Gate = Gate.WithKey(key);
        return this;
    }

    /// <summary>
    /// Predicts the block's output from its input, for example with a cache of past answers or a rule. Downstream blocks can start on the
    /// guess while this block runs; only the block's actual output counts.
    /// </summary>
    /// <param name="guess">
    /// A cheap synchronous function that returns the guess, or <see langword="null"/> for none. A probability that is not from 0 to 1, or
    /// an exception, counts as no guess.
    /// </param>
    /// <returns>These options, so that calls can be chained.</returns>
    /// <remarks>
    /// Adds a source of guesses to those of earlier calls; see
    /// <see cref="Candidates(Func{TIn, BlockContext, IEnumerable{Hypothesis{TOut}}})"/>.
    /// </remarks>
    [OverloadResolutionPriority(2)]
    public BlockSetup<TIn, TOut> Predict(Func<TIn, BlockContext, Hypothesis<TOut>?> guess)
    {
        ArgumentNullException.ThrowIfNull(guess);
        return Add(GuessSource.Of<TIn, IEnumerable<Hypothesis<TOut>>?>((input, context) => guess(input, context) is { } one ? [one] : []));
    }

    /// <summary>Predicts the block's output with another block, such as a smaller model, that runs alongside it.</summary>
    /// <param name="predictor">
    /// The block that returns the guess. A probability of 0 or an exception counts as no guess. It must observe its token.
    /// </param>
    /// <returns>These options, so that calls can be chained.</returns>
    /// <remarks>
    /// Adds a source of guesses to those of earlier calls; see
    /// <see cref="Candidates(Func{TIn, BlockContext, IEnumerable{Hypothesis{TOut}}})"/>.
    /// </remarks>
    public BlockSetup<TIn, TOut> Predict(IBlock<TIn, Hypothesis<TOut>> predictor)
    {
        ArgumentNullException.ThrowIfNull(predictor);
        return Add(GuessSource.Of(predictor).Map<IEnumerable<Hypothesis<TOut>>?>((_, made) => [made]));
    }

    /// <summary>Predicts the block's output from its input, without the turn's context.</summary>
    /// <param name="guess">A cheap synchronous function that returns the guess, or <see langword="null"/> for none.</param>
    /// <returns>These options, so that calls can be chained.</returns>
    /// <remarks>
    /// Adds a source of guesses to those of earlier calls; see
    /// <see cref="Candidates(Func{TIn, BlockContext, IEnumerable{Hypothesis{TOut}}})"/>.
    /// </remarks>
    [OverloadResolutionPriority(3)]
    public BlockSetup<TIn, TOut> Predict(Func<TIn, Hypothesis<TOut>?> guess)
    {
        ArgumentNullException.ThrowIfNull(guess);
        return Predict((input, _) => guess(input));
    }

    /// <summary>Predicts the block's output with an asynchronous step, such as a smaller model, that runs alongside it.</summary>
    /// <param name="predictor">
    /// The step that returns the guess. A probability of 0 or an exception counts as no guess. It must observe its token.
    /// </param>
    /// <returns>These options, so that calls can be chained.</returns>
    /// <remarks>
    /// Adds a source of guesses to those of earlier calls; see
    /// <see cref="Candidates(Func{TIn, BlockContext, IEnumerable{Hypothesis{TOut}}})"/>.
    /// </remarks>
    [OverloadResolutionPriority(1)]
    public BlockSetup<TIn, TOut> Predict(Func<TIn, CancellationToken, ValueTask<Hypothesis<TOut>>> predictor) =>
        Predict(Lambdas.Of(predictor));

    /// <summary>Predicts the block's output with an asynchronous step, such as a smaller model, that runs alongside it.</summary>
    /// <param name="predictor">
    /// The step that returns the guess. A probability of 0 or an exception counts as no guess. It must observe its token.
    /// </param>
    /// <returns>These options, so that calls can be chained.</returns>
    /// <remarks>
    /// Adds a source of guesses to those of earlier calls; see
    /// <see cref="Candidates(Func{TIn, BlockContext, IEnumerable{Hypothesis{TOut}}})"/>.
    /// </remarks>
    public BlockSetup<TIn, TOut> Predict(Func<TIn, CancellationToken, Task<Hypothesis<TOut>>> predictor) =>
        Predict(Lambdas.OfTask(predictor));

    /// <summary>Predicts the block's output with an asynchronous step, such as a smaller model, that runs alongside it.</summary>
    /// <param name="predictor">
    /// The step that returns the guess, given the input, the turn and a token. A probability of 0 or an exception counts as no guess. It
    /// must observe its token.
    /// </param>
    /// <returns>These options, so that calls can be chained.</returns>
    /// <remarks>
    /// Adds a source of guesses to those of earlier calls; see
    /// <see cref="Candidates(Func{TIn, BlockContext, IEnumerable{Hypothesis{TOut}}})"/>.
    /// </remarks>
    [OverloadResolutionPriority(1)]
    public BlockSetup<TIn, TOut> Predict(Func<TIn, BlockContext, CancellationToken, ValueTask<Hypothesis<TOut>>> predictor) =>
        Predict(Lambdas.Of(predictor));

    /// <summary>Predicts the block's output with an asynchronous step, such as a smaller model, that runs alongside it.</summary>
    /// <param name="predictor">
    /// The step that returns the guess, given the input, the turn and a token. A probability of 0 or an exception counts as no guess. It
    /// must observe its token.
    /// </param>
    /// <returns>These options, so that calls can be chained.</returns>
    /// <remarks>
    /// Adds a source of guesses to those of earlier calls; see
    /// <see cref="Candidates(Func{TIn, BlockContext, IEnumerable{Hypothesis{TOut}}})"/>.
    /// </remarks>
    public BlockSetup<TIn, TOut> Predict(Func<TIn, BlockContext, CancellationToken, Task<Hypothesis<TOut>>> predictor) =>
        Predict(Lambdas.OfTask(predictor));

    /// <summary>Predicts several candidates for the output, without the turn's context.</summary>
    /// <param name="guess">A cheap synchronous function that returns the guesses, each with its probability.</param>
    /// <returns>These options, so that calls can be chained.</returns>
    /// <remarks>
    /// Adds a source of guesses to those of earlier calls; see
    /// <see cref="Candidates(Func{TIn, BlockContext, IEnumerable{Hypothesis{TOut}}})"/>.
    /// </remarks>
    [OverloadResolutionPriority(1)]
    public BlockSetup<TIn, TOut> Candidates(Func<TIn, IEnumerable<Hypothesis<TOut>>> guess)
    {
        ArgumentNullException.ThrowIfNull(guess);
        return Candidates((input, _) => guess(input));
    }

    /// <summary>
    /// Predicts several candidates for the output, each with its probability, such as an orchestrator's candidate agents. All of them stay
    /// alive until the block has its output.
    /// </summary>
    /// <param name="guess">
    /// A cheap synchronous function that returns the guesses, of which the first 64 are used; more likely ones come first. An exception
    /// or <see langword="null"/> counts as no guess.
    /// </param>
    /// <returns>These options, so that calls can be chained.</returns>
    /// <remarks>
    /// Each call of <c>Predict</c> and of <c>Candidates</c> adds a source of guesses; none replaces another. The sources are independent:
    /// the guesses of each are used as soon as it has answered, beside those of the others. One that throws or returns
    /// <see langword="null"/> costs its own guesses only; it is counted in <see cref="AgentChain.Speculation.SpeculationAccount.Faults"/>
    /// and logged once. If it is the only source, a synchronous function runs on the thread that starts the block; with other sources, each
    /// is a task of its own.
    /// </remarks>
    public BlockSetup<TIn, TOut> Candidates(Func<TIn, BlockContext, IEnumerable<Hypothesis<TOut>>> guess)
    {
        ArgumentNullException.ThrowIfNull(guess);
        return Add(GuessSource.Of<TIn, IEnumerable<Hypothesis<TOut>>?>(guess));
    }

    BlockSetup<TIn, TOut> Add(GuessSource<TIn, IEnumerable<Hypothesis<TOut>>?> source)
    {
        Gate = Gate with { Guesses = [.. Gate.Guesses, source] };
        return Set(Settings with { HasPrediction = true });
    }
}

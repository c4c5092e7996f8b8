using System.Runtime.CompilerServices;
using AgentChain.Blocks;
using AgentChain.Costs;
using AgentChain.Devices;
using AgentChain.Engine.Speculation;

namespace AgentChain;

/// <summary>Provides the options of a block that produces a stream.</summary>
/// <typeparam name="TIn">The type of the block's input.</typeparam>
/// <typeparam name="TOut">The type of the output items.</typeparam>
// A lambda that only throws or returns null matches every overload; the priorities select the synchronous one.
public sealed class StreamSetup<TIn, TOut> : BlockSetup<StreamSetup<TIn, TOut>>
{
    internal FallbackValue<TOut>? FallbackValue { get; private set; }

    internal GateSettings<TIn, TOut> Gate { get; private set; } = new();

    /// <summary>
    /// Specifies what the block's run time depends on, so that its cost is learned as a start time and a time for each unit of each feature
    /// (see <see cref="ChainOptions.Costs"/>).
    /// </summary>
    /// <param name="features">Returns the features of an input. If it throws, the run is not learned from.</param>
    /// <returns>This object.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="features"/> is <see langword="null"/>.</exception>
    public StreamSetup<TIn, TOut> Cost(Func<TIn, CostFeatures> features)
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
    public StreamSetup<TIn, TOut> StaysWith(Func<TIn, Devices.DeviceAffinity> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return Set(Settings with { Affinity = state });
    }

    /// <summary>
    /// Declares that the block's items are played, such as audio, one after the other from the first on. While a turn has something to play,
    /// its further requests for devices yield to those of turns that have nothing to play yet; they go first again in time for the next
    /// item to follow without a gap, as far as can be predicted (see <see cref="PlacementRequest.CanWait"/>).
    /// </summary>
    /// <param name="duration">
    /// Returns how long an item plays. It must be quick. If it throws or returns a negative time, the item counts as one that plays for no
    /// time.
    /// </param>
    /// <returns>These options, so that calls can be chained.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="duration"/> is <see langword="null"/>.</exception>
    /// <remarks>
    /// The clock assumes that an item is played as soon as it is there and the one before it has ended. Items that were produced on a
    /// hypothesis do not count. How long the next item takes is learned, more exactly with <see cref="ChainOptions.Costs"/> or
    /// <see cref="ChainOptions.Overload"/>. The order counts among requests that wait for a lease, not among the jobs of a device's lane.
    /// </remarks>
    public StreamSetup<TIn, TOut> Playback(Func<TOut, TimeSpan> duration)
    {
        ArgumentNullException.ThrowIfNull(duration);
        return Set(Settings with { Playback = duration });
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
    public StreamSetup<TIn, TOut> CommitKey<TKey>(Func<TIn, TKey> key)
    {
        Gate = Gate.WithKey(key);
        return this;
    }

    /// <summary>
    /// Predicts the whole stream from the block's input, for example with a cache of past answers or a fixed greeting. Downstream blocks
    /// can start on the guess while this block runs; only the block's actual items count.
    /// </summary>
    /// <param name="guess">
    /// A cheap synchronous function that returns the items, or <see langword="null"/> for no guess. A guess without items, a probability
    /// that is not from 0 to 1, or an exception counts as no guess.
    /// </param>
    /// <returns>These options, so that calls can be chained.</returns>
    /// <exception cref="InvalidOperationException">The block has a prediction already.</exception>
    /// <remarks>
    /// The block's items are compared with the guessed items as they are produced, by default equality. At the first difference, or if the
    /// block produces fewer items, the guess is withdrawn; work that began on the equal items before it remains valid. A guess that arrives
    /// after the first actual item is ignored. For <c>Stream</c>; a block that runs for each item of a stream cannot predict.
    /// A stream has one prediction: combine several guesses in one function.
    /// </remarks>
    [OverloadResolutionPriority(2)]
    public StreamSetup<TIn, TOut> Predict(Func<TIn, BlockContext, Hypothesis<IReadOnlyList<TOut>>?> guess)
    {
        ArgumentNullException.ThrowIfNull(guess);
        return Add(GuessSource.Of(guess));
    }

    /// <summary>
    /// Predicts the whole stream with another block that runs alongside this one; otherwise like the synchronous overload.
    /// </summary>
    /// <param name="predictor">
    /// The block that returns the items. A probability of 0 or an exception counts as no guess. It must observe its token.
    /// </param>
    /// <returns>These options, so that calls can be chained.</returns>
    /// <exception cref="InvalidOperationException">The block has a prediction already.</exception>
    public StreamSetup<TIn, TOut> Predict(IBlock<TIn, Hypothesis<IReadOnlyList<TOut>>> predictor)
    {
        ArgumentNullException.ThrowIfNull(predictor);
        return Add(GuessSource.Of(predictor).Map<Hypothesis<IReadOnlyList<TOut>>?>((_, made) => made));
    }

    /// <summary>Predicts the whole stream from the block's input, without the turn's context.</summary>
    /// <param name="guess">A cheap synchronous function that returns the guess, or <see langword="null"/> for none.</param>
    /// <returns>These options, so that calls can be chained.</returns>
    /// <exception cref="InvalidOperationException">The block has a prediction already.</exception>
    [OverloadResolutionPriority(3)]
    public StreamSetup<TIn, TOut> Predict(Func<TIn, Hypothesis<IReadOnlyList<TOut>>?> guess)
    {
        ArgumentNullException.ThrowIfNull(guess);
        return Predict((input, _) => guess(input));
    }

    /// <summary>Predicts the whole stream with an asynchronous step that runs alongside the block.</summary>
    /// <param name="predictor">
    /// The step that returns the guess. A probability of 0 or an exception counts as no guess. It must observe its token.
    /// </param>
    /// <returns>These options, so that calls can be chained.</returns>
    /// <exception cref="InvalidOperationException">The block has a prediction already.</exception>
    [OverloadResolutionPriority(1)]
    public StreamSetup<TIn, TOut> Predict(Func<TIn, CancellationToken, ValueTask<Hypothesis<IReadOnlyList<TOut>>>> predictor) =>
        Predict(Lambdas.Of(predictor));

    /// <summary>Predicts the whole stream with an asynchronous step that runs alongside the block.</summary>
    /// <param name="predictor">
    /// The step that returns the guess. A probability of 0 or an exception counts as no guess. It must observe its token.
    /// </param>
    /// <returns>These options, so that calls can be chained.</returns>
    /// <exception cref="InvalidOperationException">The block has a prediction already.</exception>
    public StreamSetup<TIn, TOut> Predict(Func<TIn, CancellationToken, Task<Hypothesis<IReadOnlyList<TOut>>>> predictor) =>
        Predict(Lambdas.OfTask(predictor));

    /// <summary>Predicts the whole stream with an asynchronous step that runs alongside the block.</summary>
    /// <param name="predictor">
    /// The step that returns the guess, given the input, the turn and a token. A probability of 0 or an exception counts as no guess. It
    /// must observe its token.
    /// </param>
    /// <returns>These options, so that calls can be chained.</returns>
    /// <exception cref="InvalidOperationException">The block has a prediction already.</exception>
    [OverloadResolutionPriority(1)]
    public StreamSetup<TIn, TOut> Predict(
        Func<TIn, BlockContext, CancellationToken, ValueTask<Hypothesis<IReadOnlyList<TOut>>>> predictor) =>
        Predict(Lambdas.Of(predictor));

    /// <summary>Predicts the whole stream with an asynchronous step that runs alongside the block.</summary>
    /// <param name="predictor">
    /// The step that returns the guess, given the input, the turn and a token. A probability of 0 or an exception counts as no guess. It
    /// must observe its token.
    /// </param>
    /// <returns>These options, so that calls can be chained.</returns>
    /// <exception cref="InvalidOperationException">The block has a prediction already.</exception>
    public StreamSetup<TIn, TOut> Predict(Func<TIn, BlockContext, CancellationToken, Task<Hypothesis<IReadOnlyList<TOut>>>> predictor) =>
        Predict(Lambdas.OfTask(predictor));

    /// <summary>
    /// Outputs a single fallback item instead of the stream when the budget runs out before the first item. After an item has been output,
    /// the stream is committed and an overrun ends the turn. If the block itself reports an overrun, with a
    /// <see cref="BlockOverrunException"/>, the fallback item follows the items that were output before.
    /// </summary>
    /// <param name="fallback">A value created by <see cref="Overrun.Fallback"/>.</param>
    /// <returns>These options, so that calls can be chained.</returns>
    public StreamSetup<TIn, TOut> OnOverrun(FallbackValue<TOut> fallback)
    {
        FallbackValue = fallback;
        return Set(Settings with { Overrun = OverrunAction.Fallback });
    }

    /// <summary>
    /// Sets the number of items that can wait between this block and the next; 64 by default. The producer waits when the queue is full.
    /// </summary>
    /// <param name="items">The number of items; at least 1.</param>
    /// <returns>These options, so that calls can be chained.</returns>
    public StreamSetup<TIn, TOut> StreamCapacity(int items) => Set(Settings with { StreamCapacity = items });

    StreamSetup<TIn, TOut> Add(GuessSource<TIn, Hypothesis<IReadOnlyList<TOut>>?> source)
    {
        // Two guesses of a stream would take each other's runs.
        if (Gate.StreamGuess is not null)
        {
            throw new InvalidOperationException(
                "Predict was already called for this block. A stream has one prediction: combine the guesses in one function or block.");
        }

        Gate = Gate with { StreamGuess = source };
        return Set(Settings with { HasPrediction = true });
    }
}

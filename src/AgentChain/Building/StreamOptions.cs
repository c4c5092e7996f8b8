using System.Runtime.CompilerServices;
using AgentChain.Blocks;
using AgentChain.Engine.Speculation;

namespace AgentChain.Building;

/// <summary>The options of a block that makes a stream.</summary>
/// <typeparam name="TIn">What it takes.</typeparam>
/// <typeparam name="TOut">The items it makes.</typeparam>
// A guess that only throws, or returns null, fits every overload; it is taken for the synchronous one.
public sealed class StreamOptions<TIn, TOut> : BlockOptions<StreamOptions<TIn, TOut>>
{
    internal FallbackValue<TOut>? FallbackValue { get; private set; }

    internal GateSettings<TIn, TOut> Gate { get; private set; } = new();

    /// <summary>
    /// Declares what of an input decides whether work on it stands: a run on a hypothesis is kept when the final input has an equal key.
    /// By default the input itself.
    /// </summary>
    /// <typeparam name="TKey">The key; compared with its own equality.</typeparam>
    /// <param name="key">Gives the key; pure and cheap. What it throws ends the turn as Failed; keys whose comparison throws count as different.</param>
    /// <returns>The options.</returns>
    public StreamOptions<TIn, TOut> CommitKey<TKey>(Func<TIn, TKey> key)
    {
        Gate = Gate.WithKey(key);
        return this;
    }

    /// <summary>
    /// Guesses the whole stream from the block's input: a cache of past answers, a greeting that is always the same. The blocks behind may
    /// start on the guess while this one works; its real items are what counts.
    /// </summary>
    /// <param name="guess">
    /// Gives the items, or <see langword="null"/> for no guess; synchronous and cheap. A guess whose probability is no number from 0 to
    /// 1, that has no items, or that throws, counts as none.
    /// </param>
    /// <returns>The options.</returns>
    /// <remarks>
    /// The block's items are compared with the guessed ones as it makes them, by their own equality. At the first that differs, and where
    /// the block makes fewer, the guess is taken back; what was begun on equal items before that stands. A guess that comes after the first
    /// real item is ignored. For <c>Stream</c>; a block that runs for each item of a stream cannot guess.
    /// </remarks>
    [OverloadResolutionPriority(2)]
    public StreamOptions<TIn, TOut> Predict(Func<TIn, BlockContext, Hypothesis<IReadOnlyList<TOut>>?> guess)
    {
        ArgumentNullException.ThrowIfNull(guess);
        Gate = Gate with { StreamGuess = guess };
        return Set(Settings with { HasPrediction = true });
    }

    /// <summary>Guesses the whole stream with another block that runs beside this one; otherwise as the other overload.</summary>
    /// <param name="predictor">Gives the items; a guess of probability 0 counts as none, and so does one that throws. It obeys the token.</param>
    /// <returns>The options.</returns>
    public StreamOptions<TIn, TOut> Predict(IBlock<TIn, Hypothesis<IReadOnlyList<TOut>>> predictor)
    {
        ArgumentNullException.ThrowIfNull(predictor);
        Gate = Gate with { StreamPredictor = predictor };
        return Set(Settings with { HasPrediction = true });
    }

    /// <summary>Guesses the whole stream from the block's input, as the overload that is given the turn too.</summary>
    /// <param name="guess">Returns the guess, or <see langword="null"/> for none; synchronous and cheap.</param>
    /// <returns>The options.</returns>
    [OverloadResolutionPriority(3)]
    public StreamOptions<TIn, TOut> Predict(Func<TIn, Hypothesis<IReadOnlyList<TOut>>?> guess)
    {
        ArgumentNullException.ThrowIfNull(guess);
        return Predict((input, _) => guess(input));
    }

    /// <summary>Guesses the whole stream with an asynchronous step that runs beside the block.</summary>
    /// <param name="predictor">Returns the guess; one of probability 0 counts as none, and so does one that throws. It obeys the token.</param>
    /// <returns>The options.</returns>
    [OverloadResolutionPriority(1)]
    public StreamOptions<TIn, TOut> Predict(Func<TIn, CancellationToken, ValueTask<Hypothesis<IReadOnlyList<TOut>>>> predictor) => Predict(Lambdas.Of(predictor));

    /// <summary>Guesses the whole stream with an asynchronous step that runs beside the block.</summary>
    /// <param name="predictor">Returns the guess; one of probability 0 counts as none, and so does one that throws. It obeys the token.</param>
    /// <returns>The options.</returns>
    public StreamOptions<TIn, TOut> Predict(Func<TIn, CancellationToken, Task<Hypothesis<IReadOnlyList<TOut>>>> predictor) => Predict(Lambdas.OfTask(predictor));

    /// <summary>Guesses the whole stream with an asynchronous step that runs beside the block.</summary>
    /// <param name="predictor">Returns the guess, given the input, the turn and a token; one of probability 0 counts as none, and so does one that throws. It obeys the token.</param>
    /// <returns>The options.</returns>
    [OverloadResolutionPriority(1)]
    public StreamOptions<TIn, TOut> Predict(Func<TIn, BlockContext, CancellationToken, ValueTask<Hypothesis<IReadOnlyList<TOut>>>> predictor) => Predict(Lambdas.Of(predictor));

    /// <summary>Guesses the whole stream with an asynchronous step that runs beside the block.</summary>
    /// <param name="predictor">Returns the guess, given the input, the turn and a token; one of probability 0 counts as none, and so does one that throws. It obeys the token.</param>
    /// <returns>The options.</returns>
    public StreamOptions<TIn, TOut> Predict(Func<TIn, BlockContext, CancellationToken, Task<Hypothesis<IReadOnlyList<TOut>>>> predictor) => Predict(Lambdas.OfTask(predictor));

    /// <summary>
    /// Puts a single item in the place of the stream when the budget runs out before the first item. Once an item has
    /// gone out, the stream is committed and an overrun ends the turn.
    /// </summary>
    /// <param name="fallback">Made by <see cref="Overrun.Fallback"/>.</param>
    /// <returns>The options.</returns>
    public StreamOptions<TIn, TOut> OnOverrun(FallbackValue<TOut> fallback)
    {
        FallbackValue = fallback;
        return Set(Settings with { Overrun = OverrunAction.Fallback });
    }

    /// <summary>Sets how many items may wait between this block and the next; 64 by default. The producer waits when full.</summary>
    /// <param name="items">At least 1.</param>
    /// <returns>The options.</returns>
    public StreamOptions<TIn, TOut> StreamCapacity(int items) => Set(Settings with { StreamCapacity = items });
}

using System.Runtime.CompilerServices;
using AgentChain.Blocks;
using AgentChain.Engine.Speculation;

namespace AgentChain.Building;

/// <summary>The options of a block that makes one value.</summary>
/// <typeparam name="TIn">What it takes.</typeparam>
/// <typeparam name="TOut">What it makes.</typeparam>
// A guess that only throws, or returns null, fits every overload; it is taken for the synchronous one.
public sealed class BlockOptions<TIn, TOut> : BlockOptions<BlockOptions<TIn, TOut>>
{
    internal FallbackBlock<TIn, TOut>? Fallback { get; private set; }

    internal GateSettings<TIn, TOut> Gate { get; private set; } = new();

    /// <summary>The same options for a block whose output is something else; without the fallbacks.</summary>
    internal BlockOptions<TIn, TOther> For<TOther>(Func<TIn, TOut, TOther> map) => new() { Settings = Settings, Gate = Gate.For(map) };

    internal FallbackValue<TOut>? FallbackValue { get; private set; }

    /// <summary>Puts a value in the place of the block's output when its budget runs out.</summary>
    /// <param name="fallback">Made by <see cref="Overrun.Fallback"/>.</param>
    /// <returns>The options.</returns>
    public BlockOptions<TIn, TOut> OnOverrun(FallbackValue<TOut> fallback)
    {
        (FallbackValue, Fallback) = (fallback, null);
        return Set(Settings with { Overrun = OverrunAction.Fallback });
    }

    /// <summary>Runs another block in the place of this one when its budget runs out.</summary>
    /// <param name="fallback">Made by <see cref="Overrun.FallbackTo{TIn, TOut}(IBlock{TIn, TOut})"/>.</param>
    /// <returns>The options.</returns>
    public BlockOptions<TIn, TOut> OnOverrun(FallbackBlock<TIn, TOut> fallback)
    {
        ArgumentNullException.ThrowIfNull(fallback.Block);
        (Fallback, FallbackValue) = (fallback, null);
        return Set(Settings with { Overrun = OverrunAction.Fallback });
    }

    /// <summary>
    /// Declares what of an input decides whether work on it stands: a run on a hypothesis is kept when the final input has an equal key.
    /// By default the input itself.
    /// </summary>
    /// <typeparam name="TKey">The key; compared with its own equality.</typeparam>
    /// <param name="key">Gives the key; pure and cheap. What it throws ends the turn as Failed; keys whose comparison throws count as different.</param>
    /// <returns>The options.</returns>
    /// <remarks>
    /// Leave out of the key only what cannot change the output. What the block reads through <see cref="BlockContext.Get"/> is compared
    /// besides, by itself.
    /// </remarks>
    public BlockOptions<TIn, TOut> CommitKey<TKey>(Func<TIn, TKey> key)
    {
        Gate = Gate.WithKey(key);
        return this;
    }

    /// <summary>
    /// Guesses the block's output from its input: a cache of past answers, a rule. The blocks behind may start on the guess while this
    /// one works; its real output is what counts.
    /// </summary>
    /// <param name="guess">
    /// Gives the guess, or <see langword="null"/> for none; synchronous and cheap. One whose probability is no number from 0 to 1, or
    /// that throws, counts as none.
    /// </param>
    /// <returns>The options.</returns>
    [OverloadResolutionPriority(2)]
    public BlockOptions<TIn, TOut> Predict(Func<TIn, BlockContext, Hypothesis<TOut>?> guess)
    {
        ArgumentNullException.ThrowIfNull(guess);
        return Candidates((input, context) => guess(input, context) is { } one ? [one] : []);
    }

    /// <summary>Guesses the block's output with another block, such as a smaller model, that runs beside it.</summary>
    /// <param name="predictor">Gives the guess; one of probability 0 counts as none, and so does one that throws. It obeys the token.</param>
    /// <returns>The options.</returns>
    public BlockOptions<TIn, TOut> Predict(IBlock<TIn, Hypothesis<TOut>> predictor)
    {
        ArgumentNullException.ThrowIfNull(predictor);
        Gate = Gate with { Predictor = predictor };
        return Set(Settings with { HasPrediction = true });
    }

    /// <summary>Guesses the block's output from its input, as the overload that is given the turn too.</summary>
    /// <param name="guess">Returns the guess, or <see langword="null"/> for none; synchronous and cheap.</param>
    /// <returns>The options.</returns>
    [OverloadResolutionPriority(3)]
    public BlockOptions<TIn, TOut> Predict(Func<TIn, Hypothesis<TOut>?> guess)
    {
        ArgumentNullException.ThrowIfNull(guess);
        return Predict((input, _) => guess(input));
    }

    /// <summary>Guesses the block's output with an asynchronous step, such as a smaller model, that runs beside it.</summary>
    /// <param name="predictor">Returns the guess; one of probability 0 counts as none, and so does one that throws. It obeys the token.</param>
    /// <returns>The options.</returns>
    [OverloadResolutionPriority(1)]
    public BlockOptions<TIn, TOut> Predict(Func<TIn, CancellationToken, ValueTask<Hypothesis<TOut>>> predictor) => Predict(Lambdas.Of(predictor));

    /// <summary>Guesses the block's output with an asynchronous step, such as a smaller model, that runs beside it.</summary>
    /// <param name="predictor">Returns the guess; one of probability 0 counts as none, and so does one that throws. It obeys the token.</param>
    /// <returns>The options.</returns>
    public BlockOptions<TIn, TOut> Predict(Func<TIn, CancellationToken, Task<Hypothesis<TOut>>> predictor) => Predict(Lambdas.OfTask(predictor));

    /// <summary>Guesses the block's output with an asynchronous step, such as a smaller model, that runs beside it.</summary>
    /// <param name="predictor">Returns the guess, given the input, the turn and a token; one of probability 0 counts as none, and so does one that throws. It obeys the token.</param>
    /// <returns>The options.</returns>
    [OverloadResolutionPriority(1)]
    public BlockOptions<TIn, TOut> Predict(Func<TIn, BlockContext, CancellationToken, ValueTask<Hypothesis<TOut>>> predictor) => Predict(Lambdas.Of(predictor));

    /// <summary>Guesses the block's output with an asynchronous step, such as a smaller model, that runs beside it.</summary>
    /// <param name="predictor">Returns the guess, given the input, the turn and a token; one of probability 0 counts as none, and so does one that throws. It obeys the token.</param>
    /// <returns>The options.</returns>
    public BlockOptions<TIn, TOut> Predict(Func<TIn, BlockContext, CancellationToken, Task<Hypothesis<TOut>>> predictor) => Predict(Lambdas.OfTask(predictor));

    /// <summary>Guesses several outputs at once, as the overload that is given the turn too.</summary>
    /// <param name="guess">Returns the guesses, each with its probability; synchronous and cheap.</param>
    /// <returns>The options.</returns>
    [OverloadResolutionPriority(1)]
    public BlockOptions<TIn, TOut> Candidates(Func<TIn, IEnumerable<Hypothesis<TOut>>> guess)
    {
        ArgumentNullException.ThrowIfNull(guess);
        return Candidates((input, _) => guess(input));
    }

    /// <summary>
    /// Guesses several outputs at once, each with its probability: an orchestrator's candidate agents. All of them stay alive until the
    /// block has its output; the likelier ones come first.
    /// </summary>
    /// <param name="guess">Gives the guesses, of which the first 64 are looked at; synchronous and cheap.</param>
    /// <returns>The options.</returns>
    public BlockOptions<TIn, TOut> Candidates(Func<TIn, BlockContext, IEnumerable<Hypothesis<TOut>>> guess)
    {
        ArgumentNullException.ThrowIfNull(guess);
        Gate = Gate with { Guess = guess };
        return Set(Settings with { HasPrediction = true });
    }
}

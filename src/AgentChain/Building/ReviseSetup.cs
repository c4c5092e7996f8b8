using System.Runtime.CompilerServices;
using AgentChain.Engine.Speculation;

namespace AgentChain;

/// <summary>Provides the options of a block that publishes hypotheses before its final value.</summary>
/// <typeparam name="TIn">The type of the block's input.</typeparam>
/// <typeparam name="TOut">The type of the block's output.</typeparam>
public sealed class ReviseSetup<TIn, TOut> : BlockSetup<ReviseSetup<TIn, TOut>>
{
    internal Action<Hypothesis<TOut>, BlockContext>? Observer { get; private set; }

    internal GateSettings<TIn, TOut> Gate { get; private set; } = new() { Revises = true };

    /// <summary>Copies these options for a block with a different output type.</summary>
    internal ReviseSetup<TIn, TOther> For<TOther>(Func<TIn, TOut, TOther> map, Func<TOther, TOut> back) => new()
    {
        Settings = Settings,
        Gate = Gate.For(map),
        Observer = Observer is { } observer
            ? (made, context) => observer(new(back(made.Value), made.Probability, made.IsFinal) { Features = made.Features }, context)
            : null,
    };

    /// <summary>
    /// Selects the commit key, the part of an input that determines whether work on it can be reused, for a block that itself starts on
    /// hypotheses. By default, the key is the input itself.
    /// </summary>
    /// <typeparam name="TKey">The type of the key, compared with its default equality comparer.</typeparam>
    /// <param name="key">
    /// A pure, cheap function that returns the key. If it throws, the turn ends as Failed; keys whose comparison throws count as different.
    /// </param>
    /// <returns>These options, so that calls can be chained.</returns>
    public ReviseSetup<TIn, TOut> CommitKey<TKey>(Func<TIn, TKey> key)
    {
        Gate = Gate.WithKey(key);
        return this;
    }

    /// <summary>
    /// Declares that the turn's input still arrives while this block runs, such as speech from a microphone. The chain's budget starts at
    /// the end of the input, which the block reports with <see cref="BlockContext.InputEnded"/>, or else with its final value. The block's
    /// own budget limits how long the input can take.
    /// </summary>
    /// <returns>These options, so that calls can be chained.</returns>
    public ReviseSetup<TIn, TOut> LiveInput() => Set(Settings with { LiveInput = true });

    /// <summary>Adds a callback for each published value, including the final one, in order. The callback must be quick.</summary>
    /// <param name="observer">The callback; an exception ends the turn as Failed.</param>
    /// <returns>These options, so that calls can be chained.</returns>
    [OverloadResolutionPriority(1)]
    public ReviseSetup<TIn, TOut> OnHypothesis(Action<Hypothesis<TOut>> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        OptionCheck.NotAsyncVoid(observer, nameof(observer));
        return OnHypothesis((hypothesis, _) => observer(hypothesis));
    }

    /// <summary>Adds a callback for each published value, including the final one, in order. The callback must be quick.</summary>
    /// <param name="observer">The callback; an exception ends the turn as Failed.</param>
    /// <returns>These options, so that calls can be chained.</returns>
    public ReviseSetup<TIn, TOut> OnHypothesis(Action<Hypothesis<TOut>, BlockContext> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        OptionCheck.NotAsyncVoid(observer, nameof(observer));
        Observer += observer;
        return this;
    }
}

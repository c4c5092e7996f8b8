using System.Runtime.CompilerServices;
using AgentChain.Blocks;
using AgentChain.Engine.Speculation;

namespace AgentChain.Building;

/// <summary>The options of a block that publishes hypotheses before its final value.</summary>
/// <typeparam name="TIn">What it takes.</typeparam>
/// <typeparam name="TOut">What it makes.</typeparam>
public sealed class ReviseOptions<TIn, TOut> : BlockOptions<ReviseOptions<TIn, TOut>>
{
    internal Action<Hypothesis<TOut>, BlockContext>? Observer { get; private set; }

    internal GateSettings<TIn, TOut> Gate { get; private set; } = new() { Revises = true };

    /// <summary>The same options for a block whose output is something else.</summary>
    internal ReviseOptions<TIn, TOther> For<TOther>(Func<TIn, TOut, TOther> map, Func<TOther, TOut> back) => new()
    {
        Settings = Settings,
        Gate = Gate.For(map),
        Observer = Observer is { } observer
            ? (made, context) => observer(new(back(made.Value), made.Probability, made.IsFinal) { Features = made.Features }, context)
            : null,
    };

    /// <summary>Declares what of an input decides whether work on it stands, for a block that itself starts on hypotheses; by default the input itself.</summary>
    /// <typeparam name="TKey">The key; compared with its own equality.</typeparam>
    /// <param name="key">Gives the key; pure and cheap. What it throws ends the turn as Failed; keys whose comparison throws count as different.</param>
    /// <returns>The options.</returns>
    public ReviseOptions<TIn, TOut> CommitKey<TKey>(Func<TIn, TKey> key)
    {
        Gate = Gate.WithKey(key);
        return this;
    }

    /// <summary>
    /// Declares that the turn's input still arrives while this block runs, such as speech from a microphone: the chain's budget
    /// counts from the end of the input, which the block states with <see cref="BlockContext.InputEnded"/> or else with its
    /// final value. How long the input may take is the block's own budget.
    /// </summary>
    /// <returns>The options.</returns>
    public ReviseOptions<TIn, TOut> LiveInput() => Set(Settings with { LiveInput = true });

    /// <summary>Calls back for each value published, the final one included, in order. It must be quick.</summary>
    /// <param name="observer">The callback; what it throws ends the turn as Failed.</param>
    /// <returns>The options.</returns>
    [OverloadResolutionPriority(1)]
    public ReviseOptions<TIn, TOut> OnHypothesis(Action<Hypothesis<TOut>> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        OptionCheck.NotAsyncVoid(observer, nameof(observer));
        return OnHypothesis((hypothesis, _) => observer(hypothesis));
    }

    /// <summary>Calls back for each value published, the final one included, in order. It must be quick.</summary>
    /// <param name="observer">The callback; what it throws ends the turn as Failed.</param>
    /// <returns>The options.</returns>
    public ReviseOptions<TIn, TOut> OnHypothesis(Action<Hypothesis<TOut>, BlockContext> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        OptionCheck.NotAsyncVoid(observer, nameof(observer));
        Observer += observer;
        return this;
    }
}

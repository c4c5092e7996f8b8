using AgentChain.Blocks;
using AgentChain.Budgets;
using AgentChain.Devices;
using AgentChain.Flow.Speculative;
using AgentChain.Speculation;

namespace AgentChain.Building;

/// <summary>The options every kind of block has, set fluently where the block is added.</summary>
/// <typeparam name="TSelf">The options' own type, so that calls can be strung together.</typeparam>
public abstract class BlockOptions<TSelf>
    where TSelf : BlockOptions<TSelf>
{
    private protected BlockOptions()
    {
    }

    internal BlockSettings Settings { get; private protected set; } = new();

    /// <summary>Limits the block's total time; shorthand for <see cref="Budget(LatencyBudget)"/>.</summary>
    /// <param name="total">More than zero.</param>
    /// <returns>The options.</returns>
    public TSelf Budget(TimeSpan total) => Set(Settings with { Budget = Settings.Budget.AndTotal(total) });

    /// <summary>Limits the block's time. What happens when it runs out says <c>OnOverrun</c>; by default it is reported.</summary>
    /// <param name="budget">The budget.</param>
    /// <returns>The options.</returns>
    public TSelf Budget(LatencyBudget budget) => Set(Settings with { Budget = budget });

    /// <summary>Limits the time to the block's first output.</summary>
    /// <param name="time">More than zero.</param>
    /// <returns>The options.</returns>
    public TSelf FirstOutput(TimeSpan time) => Set(Settings with { Budget = Settings.Budget.AndFirstOutput(time) });

    /// <summary>Limits the stall between two outputs of a stream.</summary>
    /// <param name="time">More than zero.</param>
    /// <returns>The options.</returns>
    public TSelf Stall(TimeSpan time) => Set(Settings with { Budget = Settings.Budget.AndStall(time) });

    /// <summary>Says whether an overrun is reported (the default) or ends the turn.</summary>
    /// <param name="action"><see cref="Overrun.Report"/> or <see cref="Overrun.Cancel"/>.</param>
    /// <returns>The options.</returns>
    /// <exception cref="ArgumentException">A fallback without saying to what.</exception>
    public TSelf OnOverrun(OverrunAction action) => action == OverrunAction.Fallback
        ? throw new ArgumentException("Say what to fall back to: OnOverrun(Overrun.Fallback(value)).", nameof(action))
        : Set(Settings with { Overrun = action });

    /// <summary>Asks for a device by name. Build fails with the list of devices when it is not present.</summary>
    /// <param name="device">For example <c>cuda:1</c>.</param>
    /// <returns>The options.</returns>
    public TSelf On(string device) => Set(Settings with { Device = DeviceRequest.Named(device) });

    /// <summary>Asks for any device of a kind. Build fails with the list of devices when none is present.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>The options.</returns>
    public TSelf On(DeviceKind kind) => Set(Settings with { Device = DeviceRequest.OfKind(kind) });

    /// <summary>Limits how many turns the block serves at once; not limited by default.</summary>
    /// <param name="turns">At least 1.</param>
    /// <returns>The options.</returns>
    public TSelf Concurrency(int turns) => Set(Settings with { Concurrency = turns });

    /// <summary>Sets how many values the block holds at once, those it works on included; 1024 by default.</summary>
    /// <param name="values">At least 1.</param>
    /// <param name="whenFull">What happens to a further value; it waits by default.</param>
    /// <returns>The options.</returns>
    public TSelf Capacity(int values, QueueRule whenFull = QueueRule.Wait) =>
        Set(Settings with { Capacity = values, WhenFull = whenFull });

    /// <summary>Gives a synchronous block a queue of its own instead of fusing it with its neighbours.</summary>
    /// <returns>The options.</returns>
    public TSelf Queued() => Set(Settings with { OwnQueue = true });

    /// <summary>Declares what running the block does to the world; nothing by default.</summary>
    /// <param name="effect">The effect.</param>
    /// <returns>The options.</returns>
    public TSelf Effect(Effect effect) => Set(Settings with { Effect = effect });

    /// <summary>
    /// Lets the block start on hypotheses, as far as the chain's controller finds it worth it. Only for blocks without effects that must
    /// happen once; Build refuses others, and blocks that no hypothesis can reach.
    /// </summary>
    /// <param name="level">How far; by default it runs, and what it makes flows on as a hypothesis of its own.</param>
    /// <returns>The options.</returns>
    public TSelf Speculate(SpeculationLevel level = SpeculationLevel.Full) => Set(Settings with { Speculation = level });

    /// <summary>Lets the block work on several hypotheses that are alive at once, such as candidate routes that meet behind their agents; on 1 by default.</summary>
    /// <param name="hypotheses">At least 1.</param>
    /// <returns>The options.</returns>
    public TSelf MaxSpeculations(int hypotheses) => Set(Settings with { MaxSpeculations = hypotheses });

    /// <summary>
    /// Says what a hypothesis does that reaches the block and must not pass, because the block has effects or does not speculate. By
    /// default the run it came from is kept, and its output waits for the final value; with this it is withdrawn: terminated, and run
    /// again when its own input is certain.
    /// </summary>
    /// <returns>The options.</returns>
    public TSelf Withdraws() => Set(Settings with { Withdraws = true });

    /// <summary>Declares that the block removes personal data from what passes.</summary>
    /// <returns>The options.</returns>
    public TSelf Redacts() => Set(Settings with { Redacts = true });

    /// <summary>
    /// Declares that the block sends its input out of the process. Build refuses it when the chain redacts at all but
    /// not before this block.
    /// </summary>
    /// <returns>The options.</returns>
    public TSelf SendsOut() => Set(Settings with { SendsOut = true });

    /// <summary>Names the operation in telemetry, as the GenAI conventions do: <c>chat</c>, <c>speech_to_text</c>, <c>retrieval</c>.</summary>
    /// <param name="name">The operation.</param>
    /// <returns>The options.</returns>
    public TSelf Operation(string name) => Set(Settings with { Operation = name });

    private protected TSelf Set(BlockSettings settings)
    {
        Settings = settings;
        return (TSelf)this;
    }
}

/// <summary>The options of a block that makes one value.</summary>
/// <typeparam name="TIn">What it takes.</typeparam>
/// <typeparam name="TOut">What it makes.</typeparam>
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
    /// <param name="fallback">Made by <see cref="Overrun.FallbackTo"/>.</param>
    /// <returns>The options.</returns>
    public BlockOptions<TIn, TOut> OnOverrun(FallbackBlock<TIn, TOut> fallback)
    {
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

    /// <summary>
    /// Guesses several outputs at once, each with its probability: an orchestrator's candidate agents. All of them stay alive until the
    /// block has its output; the likelier ones come first.
    /// </summary>
    /// <param name="guess">Gives the guesses; synchronous and cheap.</param>
    /// <returns>The options.</returns>
    public BlockOptions<TIn, TOut> Candidates(Func<TIn, BlockContext, IEnumerable<Hypothesis<TOut>>> guess)
    {
        ArgumentNullException.ThrowIfNull(guess);
        Gate = Gate with { Guess = guess };
        return Set(Settings with { HasPrediction = true });
    }
}

/// <summary>The options of a block that makes a stream.</summary>
/// <typeparam name="TIn">What it takes.</typeparam>
/// <typeparam name="TOut">The items it makes.</typeparam>
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
    public ReviseOptions<TIn, TOut> OnHypothesis(Action<Hypothesis<TOut>, BlockContext> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        Observer += observer;
        return this;
    }
}

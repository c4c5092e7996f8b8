using AgentChain.Blocks;
using AgentChain.Costs;
using AgentChain.Devices;
using AgentChain.Speculation;

namespace AgentChain;

/// <summary>Provides the options that every kind of block has, set fluently where the block is added.</summary>
/// <typeparam name="TSelf">The type of the derived options, so that calls can be chained.</typeparam>
public abstract class BlockSetup<TSelf>
    where TSelf : BlockSetup<TSelf>
{
    private protected BlockSetup()
    {
    }

    internal BlockSettings Settings { get; private protected set; } = new();

    /// <summary>Limits the block's total time; shorthand for <see cref="Budget(LatencyBudget)"/>.</summary>
    /// <param name="total">The maximum total time; must be greater than zero.</param>
    /// <returns>These options, so that calls can be chained.</returns>
    public TSelf Budget(TimeSpan total) => Set(Settings with { Budget = Settings.Budget.AndTotal(total) });

    /// <summary>
    /// Replaces all limits of the block that were set before. <c>OnOverrun</c> decides what happens when the budget is exceeded; by
    /// default, the overrun is reported. The calls that set one limit, such as <see cref="FirstOutput"/>, keep the others.
    /// </summary>
    /// <param name="budget">The budget.</param>
    /// <returns>These options, so that calls can be chained.</returns>
    public TSelf Budget(LatencyBudget budget) => Set(Settings with { Budget = budget });

    /// <summary>Limits the time to the block's first output.</summary>
    /// <param name="time">The maximum time; must be greater than zero.</param>
    /// <returns>These options, so that calls can be chained.</returns>
    public TSelf FirstOutput(TimeSpan time) => Set(Settings with { Budget = Settings.Budget.AndFirstOutput(time) });

    /// <summary>Limits the stall between two outputs of a stream; Build rejects it for a block that returns one value.</summary>
    /// <param name="time">The maximum time; must be greater than zero.</param>
    /// <returns>These options, so that calls can be chained.</returns>
    public TSelf Stall(TimeSpan time) => Set(Settings with { Budget = Settings.Budget.AndStall(time) });

    /// <summary>Specifies whether an overrun is reported (the default) or ends the turn.</summary>
    /// <param name="action"><see cref="Overrun.Report"/> or <see cref="Overrun.Cancel"/>.</param>
    /// <returns>These options, so that calls can be chained.</returns>
    /// <exception cref="ArgumentException"><paramref name="action"/> is a fallback; use an overload that takes the fallback.</exception>
    public TSelf OnOverrun(OverrunAction action) => action == OverrunAction.Fallback
        ? throw new ArgumentException("Specify the fallback: OnOverrun(Overrun.Fallback(value)).", nameof(action))
        : Set(Settings with { Overrun = OptionCheck.Defined(action, nameof(action)) });

    /// <summary>
    /// Declares how long the block runs; in a stream block, the time to its first output. Traffic corrects it (see
    /// <see cref="ChainOptions.Costs"/>); until then, it is the prediction.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <returns>This object.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="model"/> is <see langword="null"/>.</exception>
    public TSelf Cost(CostModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Set(Settings with { Cost = model });
    }

    /// <summary>
    /// Specifies what the block's run time depends on, in the input of the turn, so that a turn can be predicted before it reaches the block
    /// (see <see cref="ChainOptions.Overload"/>). Predictions use the block's declared cost, or the cost that is learned from the features
    /// of its own input; of a block without these, from the features of the turn's.
    /// </summary>
    /// <typeparam name="TTurn">The type of the chain's input, or a base type of it. Build fails for another type.</typeparam>
    /// <param name="features">Returns the features for the input of a turn. If it throws, the block counts as it usually runs.</param>
    /// <returns>These options, so that calls can be chained.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="features"/> is <see langword="null"/>.</exception>
    public TSelf CostOfTurn<TTurn>(Func<TTurn, CostFeatures> features)
    {
        ArgumentNullException.ThrowIfNull(features);
        return Set(Settings with { TurnFeatures = features, TurnInput = typeof(TTurn) });
    }

    /// <summary>Requests a device by name. Build fails with the list of devices if the device is not present.</summary>
    /// <param name="device">The name of the device, for example <c>cuda:1</c>.</param>
    /// <returns>These options, so that calls can be chained.</returns>
    public TSelf On(string device) => Set(Settings with { Device = DeviceRequest.Named(device) });

    /// <summary>Requests any device of a kind. Build fails with the list of devices if none is present.</summary>
    /// <param name="kind">The kind of device.</param>
    /// <returns>These options, so that calls can be chained.</returns>
    public TSelf On(DeviceKind kind) => Set(Settings with { Device = DeviceRequest.OfKind(kind) });

    /// <summary>
    /// Requests a device by what the block needs, or with a fallback. Build fails with the list of devices if none fulfills the request.
    /// </summary>
    /// <param name="device">The request, for example <c>DeviceRequest.Named("cuda:0").Or(DeviceRequest.Named("cpu"))</c>.</param>
    /// <returns>These options, so that calls can be chained.</returns>
    public TSelf On(DeviceRequest device) => Set(Settings with { Device = device });

    /// <summary>Limits the number of turns that the block serves at once; not limited by default.</summary>
    /// <param name="turns">The maximum number of turns; at least 1, and not more than a <see cref="Capacity"/> that is set.</param>
    /// <returns>These options, so that calls can be chained.</returns>
    public TSelf Concurrency(int turns) => Set(Settings with { Concurrency = turns });

    /// <summary>
    /// Sets the number of values that the block holds at once, including those in progress; by default 1024, or
    /// <see cref="ChainOptions.MaxTurns"/> if that is larger.
    /// </summary>
    /// <param name="values">The number of values; at least 1.</param>
    /// <param name="whenFull">What happens to a further value; by default, it waits.</param>
    /// <returns>These options, so that calls can be chained.</returns>
    public TSelf Capacity(int values, QueueFullMode whenFull = QueueFullMode.Wait) =>
        Set(Settings with { Capacity = values, WhenFull = OptionCheck.Defined(whenFull, nameof(whenFull)) });

    /// <summary>Gives a synchronous block a queue of its own instead of fusing it with its neighbors.</summary>
    /// <returns>These options, so that calls can be chained.</returns>
    public TSelf Queued() => Set(Settings with { OwnQueue = true });

    /// <summary>Declares the effect of the block on the outside world; none by default.</summary>
    /// <param name="effect">The effect.</param>
    /// <returns>These options, so that calls can be chained.</returns>
    public TSelf Effect(Effect effect) => Set(Settings with { Effect = OptionCheck.Defined(effect, nameof(effect)) });

    /// <summary>
    /// Lets the block start on hypotheses, as far as the chain's controller considers it worthwhile. Only for blocks without effects that
    /// must happen once; Build rejects other blocks, and blocks that no hypothesis can reach.
    /// </summary>
    /// <param name="level">How far the block speculates; by default, it runs, and its output flows downstream as a hypothesis.</param>
    /// <returns>These options, so that calls can be chained.</returns>
    public TSelf Speculate(SpeculationLevel level = SpeculationLevel.Full) =>
        Set(Settings with { Speculation = OptionCheck.Defined(level, nameof(level)) });

    /// <summary>
    /// Lets the block work on several live hypotheses at once, such as candidate routes that meet downstream of their agents; one by
    /// default.
    /// </summary>
    /// <param name="hypotheses">The maximum number of hypotheses; at least 1.</param>
    /// <returns>These options, so that calls can be chained.</returns>
    public TSelf MaxSpeculations(int hypotheses) => Set(Settings with { MaxSpeculations = hypotheses });

    /// <summary>
    /// Withdraws a hypothesis that reaches the block and must not pass, because the block has effects or does not speculate: the run that
    /// produced it is terminated, and runs again when its own input is final. By default, that run is kept, and its output waits for the
    /// final value.
    /// </summary>
    /// <returns>These options, so that calls can be chained.</returns>
    public TSelf Withdraws() => Set(Settings with { Withdraws = true });

    /// <summary>Declares that the block removes personal data from its input.</summary>
    /// <returns>These options, so that calls can be chained.</returns>
    public TSelf Redacts() => Set(Settings with { Redacts = true });

    /// <summary>
    /// Declares that the block sends its input out of the process. Build rejects it if the chain redacts, but not upstream of this block.
    /// </summary>
    /// <returns>These options, so that calls can be chained.</returns>
    public TSelf SendsOut() => Set(Settings with { SendsOut = true });

    /// <summary>
    /// Sets the name of the operation in telemetry, as in the GenAI conventions: <c>chat</c>, <c>speech_to_text</c>, <c>retrieval</c>.
    /// </summary>
    /// <param name="name">The name of the operation.</param>
    /// <returns>These options, so that calls can be chained.</returns>
    public TSelf Operation(string name) => Set(Settings with { Operation = OptionCheck.Name(name, nameof(name)) });

    private protected TSelf Set(BlockSettings settings)
    {
        Settings = settings;
        return (TSelf)this;
    }
}

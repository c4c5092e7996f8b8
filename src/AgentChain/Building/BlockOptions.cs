using AgentChain.Blocks;
using AgentChain.Budgets;
using AgentChain.Devices;
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

    /// <summary>Limits the stall between two outputs of a stream; Build refuses it for a block that returns one value.</summary>
    /// <param name="time">More than zero.</param>
    /// <returns>The options.</returns>
    public TSelf Stall(TimeSpan time) => Set(Settings with { Budget = Settings.Budget.AndStall(time) });

    /// <summary>Says whether an overrun is reported (the default) or ends the turn.</summary>
    /// <param name="action"><see cref="Overrun.Report"/> or <see cref="Overrun.Cancel"/>.</param>
    /// <returns>The options.</returns>
    /// <exception cref="ArgumentException">A fallback without saying to what.</exception>
    public TSelf OnOverrun(OverrunAction action) => action == OverrunAction.Fallback
        ? throw new ArgumentException("Say what to fall back to: OnOverrun(Overrun.Fallback(value)).", nameof(action))
        : Set(Settings with { Overrun = OptionCheck.Defined(action, nameof(action)) });

    /// <summary>Asks for a device by name. Build fails with the list of devices when it is not present.</summary>
    /// <param name="device">For example <c>cuda:1</c>.</param>
    /// <returns>The options.</returns>
    public TSelf On(string device) => Set(Settings with { Device = DeviceRequest.Named(device) });

    /// <summary>Asks for any device of a kind. Build fails with the list of devices when none is present.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>The options.</returns>
    public TSelf On(DeviceKind kind) => Set(Settings with { Device = DeviceRequest.OfKind(kind) });

    /// <summary>Limits how many turns the block serves at once; not limited by default.</summary>
    /// <param name="turns">At least 1, and not more than a <see cref="Capacity"/> that is set.</param>
    /// <returns>The options.</returns>
    public TSelf Concurrency(int turns) => Set(Settings with { Concurrency = turns });

    /// <summary>Sets how many values the block holds at once, those it works on included; 1024 by default.</summary>
    /// <param name="values">At least 1.</param>
    /// <param name="whenFull">What happens to a further value; it waits by default.</param>
    /// <returns>The options.</returns>
    public TSelf Capacity(int values, QueueFullMode whenFull = QueueFullMode.Wait) =>
        Set(Settings with { Capacity = values, WhenFull = OptionCheck.Defined(whenFull, nameof(whenFull)) });

    /// <summary>Gives a synchronous block a queue of its own instead of fusing it with its neighbours.</summary>
    /// <returns>The options.</returns>
    public TSelf Queued() => Set(Settings with { OwnQueue = true });

    /// <summary>Declares what running the block does to the world; nothing by default.</summary>
    /// <param name="effect">The effect.</param>
    /// <returns>The options.</returns>
    public TSelf Effect(Effect effect) => Set(Settings with { Effect = OptionCheck.Defined(effect, nameof(effect)) });

    /// <summary>
    /// Lets the block start on hypotheses, as far as the chain's controller finds it worth it. Only for blocks without effects that must
    /// happen once; Build refuses others, and blocks that no hypothesis can reach.
    /// </summary>
    /// <param name="level">How far; by default it runs, and what it makes flows on as a hypothesis of its own.</param>
    /// <returns>The options.</returns>
    public TSelf Speculate(SpeculationLevel level = SpeculationLevel.Full) => Set(Settings with { Speculation = OptionCheck.Defined(level, nameof(level)) });

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
    public TSelf Operation(string name) => Set(Settings with { Operation = OptionCheck.Name(name, nameof(name)) });

    private protected TSelf Set(BlockSettings settings)
    {
        Settings = settings;
        return (TSelf)this;
    }
}

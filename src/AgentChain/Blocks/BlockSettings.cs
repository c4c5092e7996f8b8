using AgentChain.Costs;
using AgentChain.Devices;
using AgentChain.Speculation;

namespace AgentChain.Blocks;

/// <summary>The settings that result from a block's options. Immutable once the block is in the chain.</summary>
sealed record BlockSettings
{
    public const int DefaultCapacity = 1024;

    public const int DefaultStreamCapacity = 64;

    public LatencyBudget Budget { get; init; }

    public OverrunAction Overrun { get; init; }

    /// <summary>The declared cost of a run on the block's device; null if it is learned.</summary>
    public CostModel? Cost { get; init; }

    /// <summary>
    /// Returns the features of an input, as a <c>Func&lt;TIn, CostFeatures&gt;</c> of the block's input type; null for none.
    /// </summary>
    public Delegate? Features { get; init; }

    /// <summary>
    /// Returns the features of a run from the input of the turn, as a <c>Func&lt;TTurn, CostFeatures&gt;</c> of the chain's input type; null
    /// for none.
    /// </summary>
    public Delegate? TurnFeatures { get; init; }

    /// <summary>The type of the turn's input that <see cref="TurnFeatures"/> reads.</summary>
    public Type? TurnInput { get; init; }

    /// <summary>
    /// Returns how long an item plays, as a <c>Func&lt;TOut, TimeSpan&gt;</c> of the block's item type; null if the items are not played.
    /// </summary>
    public Delegate? Playback { get; init; }

    public DeviceRequest? Device { get; init; }

    /// <summary>
    /// Returns where the state of a run lies, as a <c>Func&lt;TIn, DeviceAffinity&gt;</c> of the block's input type; null for none.
    /// </summary>
    public Delegate? Affinity { get; init; }

    public int? Concurrency { get; init; }

    public int? Capacity { get; init; }

    public int StreamCapacity { get; init; } = DefaultStreamCapacity;

    public QueueFullMode WhenFull { get; init; }

    public bool OwnQueue { get; init; }

    public Effect Effect { get; init; }

    public bool Redacts { get; init; }

    public bool SendsOut { get; init; }

    public string? Operation { get; init; }

    /// <summary>Whether the turn's input still arrives while the block runs.</summary>
    public bool LiveInput { get; init; }

    /// <summary>How far the block speculates on hypotheses.</summary>
    public SpeculationLevel Speculation { get; init; }

    /// <summary>The maximum number of live hypotheses that the block works on at once.</summary>
    public int MaxSpeculations { get; init; } = 1;

    /// <summary>Whether the block has a prediction of its output.</summary>
    public bool HasPrediction { get; init; }

    /// <summary>Whether a hypothesis that is stopped at the block terminates the run that produced it.</summary>
    public bool Withdraws { get; init; }

    /// <summary>Whether a run keeps its place in the queue until it completes. Only needed if places are limited.</summary>
    public bool HoldsPlace => Concurrency is not null || Capacity is not null;

    /// <summary>Whether the block needs a queue and a run that can be monitored.</summary>
    public bool NeedsQueue =>
        OwnQueue || !Budget.IsNone || Device is not null || Concurrency is not null || Capacity is not null
        || Speculation != SpeculationLevel.None || HasPrediction || Playback is not null;
}

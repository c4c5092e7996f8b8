using System.Diagnostics.Metrics;
using AgentChain.Costs;
using AgentChain.Devices;
using AgentChain.Speculation;
using Microsoft.Extensions.Logging;

namespace AgentChain;

/// <summary>Provides the options of a chain. They are read once, by <c>Build</c>.</summary>
public sealed class ChainOptions
{
    /// <summary>Gets or sets the latency budget of a turn. A turn that exceeds it ends as <c>DeadlineExceeded</c>.</summary>
    /// <value>
    /// No limit by default. A stall limit is allowed only for chains that produce a stream; otherwise <c>Build</c> rejects it.
    /// </value>
    public LatencyBudget Budget { get; set; }

    /// <summary>Gets or sets the share of a budget after which <see cref="ChainBase{TIn,TOut}.BudgetWarning"/> occurs.</summary>
    /// <value>0.8 by default; above 0 and at most 1.</value>
    public double BudgetWarningShare { get; set; } = 0.8;

    /// <summary>
    /// Gets or sets the maximum number of turns in the chain. Further turns are rejected, or wait if they were started with
    /// <c>StartAsync</c>.
    /// </summary>
    /// <value>1024 by default; at least 1.</value>
    public int MaxTurns { get; set; } = 1024;

    /// <summary>
    /// Gets or sets the maximum number of turns started with <c>StartAsync</c> that wait for room in a full chain. Further turns are
    /// rejected.
    /// </summary>
    /// <value>1024 by default; at least 1.</value>
    public int MaxWaitingTurns { get; set; } = 1024;

    /// <summary>
    /// Gets or sets the number of stream items that can wait for the host. When it is reached, the chain waits for the host.
    /// </summary>
    /// <value>256 by default; at least 1.</value>
    public int OutputCapacity { get; set; } = 256;

    /// <summary>
    /// Gets or sets the time that blocks have to observe their cancellation token after their turn has ended, before they are detached.
    /// </summary>
    /// <value>100 ms by default; not negative. It never delays the turn's outcome.</value>
    public TimeSpan Grace { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Gets or sets the time after which a block that warms up (<see cref="IWarmUp"/>) is warmed up again on a device on which it was not used,
    /// because idle devices slow down and idle models leave the caches. A block whose device was lost is warmed up as soon as it is back.
    /// </summary>
    /// <value><see langword="null"/> by default: never. At least 1 ms; some seconds are usual.</value>
    /// <remarks>
    /// It is speculative work that gives way to any other: it is canceled when another request wants its device, and a committed turn waits for
    /// its current native call at most. Nothing of it is committed. One that fails is logged, and tried again after the period. It ends with the chain.
    /// </remarks>
    public TimeSpan? KeepWarm { get; set; }

    /// <summary>
    /// Gets the options of single blocks that override those in code, by the names of the blocks in any case;
    /// <c>sub-chain/block</c> for a block of a sub-chain. Build rejects a name that no block has, and a block that runs in place.
    /// </summary>
    /// <remarks>
    /// A name reaches exactly one block, since Build rejects blocks whose names differ only in case. The block of an
    /// <c>Overrun.FallbackTo</c>, which reports name <c>block fallback</c>, has no options.
    /// </remarks>
    public IDictionary<string, BlockOptions> Blocks { get; } = new Dictionary<string, BlockOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets or sets the learned costs of the chain's blocks. The chain learns from its traffic and adds to them.</summary>
    /// <value>
    /// <see langword="null"/> by default: the chain learns nothing, unless a block declares a cost or <see cref="Overload"/> is set. A book belongs to one chain: Build
    /// rejects one that knows a block that the chain does not have.
    /// </value>
    public CostBook? Costs { get; set; }

    /// <summary>
    /// Gets or sets the share of the turns that should be on time, above 0 and below 1. If it is set and the cost of every block is known
    /// (<see cref="Costs"/>), Build splits the chain's budget over the blocks that have none of their own (<see cref="BudgetPlan"/>), and
    /// rejects a chain that cannot be on time as often.
    /// </summary>
    /// <value><see langword="null"/> by default: blocks have only the budgets that you give them.</value>
    /// <remarks>
    /// Blocks that run in place get no budget. While a cost is unknown, nothing is split; build again when the chain has learned.
    /// </remarks>
    public double? OnTimeTarget { get; set; }

    /// <summary>
    /// Gets or sets what the chain does for its budget when more work arrives than it can serve in time; <see langword="null"/>, the default,
    /// to serve every turn in order of arrival until its budget runs out.
    /// </summary>
    /// <remarks>Build fails if the chain has no limit that can be predicted.</remarks>
    public OverloadOptions? Overload { get; set; }

    /// <summary>Gets or sets the scheduler that places blocks on devices.</summary>
    /// <value>A scheduler with only the host's CPU by default. The chain does not dispose a scheduler that you supply.</value>
    public IDeviceScheduler? Devices { get; set; }

    /// <summary>
    /// Gets or sets the speculation options: whether and when blocks marked with <c>Speculate</c> start on hypotheses.
    /// </summary>
    /// <value>By default, blocks speculate as far as their own options allow, and the chain creates its own controller.</value>
    public SpeculationOptions Speculation { get; set; } = new();

    /// <summary>Gets or sets the clock for all deadlines and measurements.</summary>
    /// <value><see cref="TimeProvider.System"/> by default, in which case deadlines run on a dedicated thread.</value>
    /// <remarks>
    /// <c>Build</c> checks that the clock returns the time and creates timers. A clock that throws later, or whose timers never fire,
    /// breaks the chain: every deadline and every measurement depends on it.
    /// </remarks>
    public TimeProvider? TimeProvider { get; set; }

    /// <summary>Gets or sets the scheduler that runs every task of the chain.</summary>
    /// <value><see cref="TaskScheduler.Default"/> by default.</value>
    public TaskScheduler? TaskScheduler { get; set; }

    /// <summary>Gets or sets the factory of the chain's logger.</summary>
    /// <value>
    /// No logging by default. If the factory throws, <c>Build</c> fails. If the logger throws later, the exception is ignored.
    /// </value>
    /// <remarks>
    /// The logger is called where a turn ends, which can be the thread that fires the deadlines of all turns, so that the log is complete
    /// when the host sees the result. A logger that is slow delays other deadlines by as much: use one that queues what it writes.
    /// </remarks>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Gets or sets the factory of the chain's meter.</summary>
    /// <value>
    /// By default, the chain creates its own meter. If the factory throws or returns null, <c>Build</c> fails. Listeners that throw later
    /// never affect a turn; the first failure of each kind is logged as a warning.
    /// </value>
    /// <remarks>Listeners are called where a turn ends, like <see cref="LoggerFactory"/>, and must be as quick.</remarks>
    public IMeterFactory? MeterFactory { get; set; }

    /// <summary>
    /// Gets or sets a value that indicates whether logs can contain the full exceptions of blocks, and errors the name of an unknown route.
    /// Both can quote user text.
    /// </summary>
    /// <value><see langword="false"/> by default.</value>
    public bool IncludeSensitiveData { get; set; }
}

using System.Diagnostics.Metrics;
using AgentChain.Budgets;
using AgentChain.Devices;
using AgentChain.Speculation;
using Microsoft.Extensions.Logging;

namespace AgentChain;

/// <summary>A chain's options. Read once, at Build.</summary>
public sealed class ChainOptions
{
    /// <summary>Gets or sets how long a turn may take; when it runs out the turn ends as DeadlineExceeded.</summary>
    /// <value>No limit by default. A stall is for chains that return a stream; Build refuses it elsewhere.</value>
    public LatencyBudget Budget { get; set; }

    /// <summary>Gets or sets how many turns may be inside at once; a further one is Rejected, or waits where it was started with StartAsync.</summary>
    /// <value>1024 by default; at least 1.</value>
    public int MaxTurns { get; set; } = 1024;

    /// <summary>Gets or sets how many turns may wait for room at once, started with StartAsync on a full chain; a further one is Rejected.</summary>
    /// <value>1024 by default; at least 1.</value>
    public int MaxWaitingTurns { get; set; } = 1024;

    /// <summary>Gets or sets how many items of a stream may wait for the host; then the chain waits for it.</summary>
    /// <value>256 by default; at least 1.</value>
    public int OutputCapacity { get; set; } = 256;

    /// <summary>Gets or sets how long after a turn's end its blocks have to obey their token before they are detached.</summary>
    /// <value>100 ms by default; not negative. The turn's outcome never waits for it.</value>
    public TimeSpan Grace { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Gets or sets the devices.</summary>
    /// <value>The host's processor alone by default. The chain does not dispose a scheduler it is given.</value>
    public IDeviceScheduler? Devices { get; set; }

    /// <summary>Gets or sets how the chain speculates: whether and when blocks marked with <c>Speculate</c> start on hypotheses.</summary>
    /// <value>As far as the blocks' options say, by a controller of the chain's own.</value>
    public SpeculationOptions Speculation { get; set; } = new();

    /// <summary>Gets or sets the clock: every deadline and every measurement goes by it.</summary>
    /// <value><see cref="TimeProvider.System"/> by default; with that one, deadlines have a thread of their own.</value>
    /// <remarks>
    /// Build checks that the clock tells the time and creates timers. A clock that throws later, or whose timers never fire, is not
    /// survived: every deadline and every measurement depends on it.
    /// </remarks>
    public TimeProvider? TimeProvider { get; set; }

    /// <summary>Gets or sets the scheduler on which every task of the chain runs.</summary>
    /// <value><see cref="TaskScheduler.Default"/> by default.</value>
    public TaskScheduler? TaskScheduler { get; set; }

    /// <summary>Gets or sets where the chain logs to.</summary>
    /// <value>Nowhere by default. A factory that throws makes Build fail; a logger that throws later is ignored.</value>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Gets or sets what makes the chain's meter.</summary>
    /// <value>
    /// A meter of the chain's own by default. A factory that throws, or returns no meter, makes Build fail. Listeners that throw later
    /// never affect a turn; the first failure of each kind is logged as a warning.
    /// </value>
    public IMeterFactory? MeterFactory { get; set; }

    /// <summary>
    /// Gets or sets whether logs may hold what blocks throw in full, and errors the name of a route that does not exist, both of which may
    /// quote what users said.
    /// </summary>
    /// <value><see langword="false"/> by default.</value>
    public bool IncludeSensitiveData { get; set; }
}

using System.Diagnostics.Metrics;
using AgentChain.Blocks;
using AgentChain.Costs;
using AgentChain.Devices;
using AgentChain.Forecasts;
using AgentChain.Speculation;
using Microsoft.Extensions.Logging;

namespace AgentChain.Engine.Turns;

/// <summary>A chain's options, in the form that the engine needs.</summary>
sealed record RuntimeSettings
{
    public required TimeProvider Time { get; init; }

    public required TaskScheduler Scheduler { get; init; }

    /// <summary>Whether the chain runs in virtual time, on a single thread.</summary>
    public bool IsVirtual { get; init; }

    public required IDeviceScheduler Devices { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>The host's meter; null if the chain creates its own.</summary>
    public Meter? Meter { get; init; }

    public LatencyBudget Budget { get; init; }

    /// <summary>The share of a budget after which the host is warned.</summary>
    public double WarningShare { get; init; } = 0.8;

    /// <summary>Where the costs of the blocks are learned; null if they are not.</summary>
    public CostBook? Costs { get; init; }

    /// <summary>Predicts the turns; null if they are not predicted.</summary>
    public ForecastPlan? Forecasts { get; init; }

    /// <summary>Whether the budget counts only from the end of live input.</summary>
    public bool LiveInput { get; init; }

    public SpeculationOptions Speculation { get; init; } = new();

    public int MaxTurns { get; init; }

    public int OutputCapacity { get; init; }

    public TimeSpan Grace { get; init; }

    public bool IncludeSensitiveData { get; init; }

    /// <summary>Applies the options of a single block, if it has any, to its settings in code.</summary>
    public Func<string, BlockSettings, BlockSettings> Configure { get; init; } = static (_, settings) => settings;

    /// <summary>Builds the report of a turn that has ended.</summary>
    public required Func<TurnCore, TurnReport> Report { get; init; }
}

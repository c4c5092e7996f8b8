using System.Collections.Concurrent;
using AgentChain.Engine.Primitives;
using AgentChain.Speculation;

namespace AgentChain.Engine.Turns;

/// <summary>
/// The part of a chain that prices early work inside blocks. A chain with a speculating block shares its controller and its waste budget
/// with it. Thread-safe.
/// </summary>
sealed class EarlyPlan(SpeculationOptions options, IChainLayer? layer)
{
    /// <summary>The number of names whose durations are learned. Only a bound on memory.</summary>
    const int MaxNames = 1024;

    readonly ConcurrentDictionary<string, WorkEstimator> _works = new(StringComparer.Ordinal);

    /// <summary>Whether the host's options permit any speculation.</summary>
    public bool IsOn => options.Level != SpeculationLevel.None;

    public ISpeculationController Controller { get; } = layer?.Controller ?? options.Controller ?? new SpeculationController();

    /// <summary>The waste budget that the turns of a chain without speculating blocks share; null for no limit.</summary>
    public WasteBudget? Waste { get; } =
        options.WasteShare is { } share ? new WasteBudget(share, options.WasteBurst) : null;

    /// <summary>Returns the estimated duration of the works of a name; null if there are too many names.</summary>
    public WorkEstimator? WorkOf(string name) =>
        _works.TryGetValue(name, out WorkEstimator? known) ? known
        : _works.Count < MaxNames ? _works.GetOrAdd(name, static _ => new WorkEstimator())
        : null;
}

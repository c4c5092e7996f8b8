using AgentChain.Engine.Turns;
using AgentChain.Speculation;

namespace AgentChain.Engine.Speculation;

/// <summary>
/// The gates of a chain and its speculation options. A chain in which no block speculates has no plan and no cost of speculation.
/// </summary>
sealed class SpeculationPlan(SpeculationOptions options) : IChainLayer
{
    readonly List<SpeculationGate> _gates = [];

    public SpeculationOptions Options => options;

    public ISpeculationController Controller { get; } = options.Controller ?? new SpeculationController();

    /// <summary>The waste budget that turns outside of conversations share; null for no limit.</summary>
    public WasteBudget? Waste { get; } = New(options);

    /// <summary>Creates the waste budget of one conversation; null for no limit.</summary>
    public WasteBudget? NewWaste() => New(options);

    public bool Speculates => true;

    public IReadOnlyList<SpeculationGate> Gates => _gates;

    static WasteBudget? New(SpeculationOptions options) =>
        options.WasteShare is { } share ? new WasteBudget(share, options.WasteBurst) : null;

    /// <summary>Adds a gate and returns its index. Chains are linked from their end, so a later gate is further upstream.</summary>
    public int Add(SpeculationGate gate)
    {
        _gates.Add(gate);
        return _gates.Count - 1;
    }
}

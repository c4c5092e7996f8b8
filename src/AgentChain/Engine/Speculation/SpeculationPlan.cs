using AgentChain.Engine.Turns;
using AgentChain.Speculation;

namespace AgentChain.Engine.Speculation;

/// <summary>What speculates in a chain; a chain in which nothing does has none, and none of what comes with it.</summary>
sealed class SpeculationPlan(SpeculationOptions options) : IChainLayer
{
    readonly List<SpeculationGate> _gates = [];

    public SpeculationOptions Options => options;

    public ISpeculationController Controller { get; } = options.Controller ?? new SpeculationController();

    /// <summary>What turns outside of conversations may waste together.</summary>
    public WasteBudget? Waste { get; } = New(options);

    /// <summary>What a conversation of its own may waste.</summary>
    public WasteBudget? NewWaste() => New(options);

    public bool Speculates => true;

    public IReadOnlyList<SpeculationGate> Gates => _gates;

    static WasteBudget? New(SpeculationOptions options) =>
        options.WasteShare is { } share ? new WasteBudget(share, options.WasteBurst) : null;

    /// <summary>Knows a gate. Chains are linked from their end, so a later gate stands further up.</summary>
    public int Add(SpeculationGate gate)
    {
        _gates.Add(gate);
        return _gates.Count - 1;
    }
}

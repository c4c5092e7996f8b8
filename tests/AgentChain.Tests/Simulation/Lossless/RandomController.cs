using AgentChain.Speculation;

namespace AgentChain.Tests.Simulation.Lossless;

/// <summary>Starts, waits and declines at random, and fails now and then.</summary>
sealed class RandomController(int seed) : ISpeculationController
{
    readonly Random _random = new(seed);

    public int Resolved { get; private set; }

    public SpeculationDecision Decide(in SpeculationRequest request) => _random.Next(12) switch
    {
        0 => throw new PlannedFaultException(),
        1 or 2 => new(SpeculationVerdict.Decline, SpeculationReason.NotWorth, double.NaN, TimeSpan.Zero, TimeSpan.Zero),
        3 or 4 => new(SpeculationVerdict.Later, SpeculationReason.StillFree, 0.5, TimeSpan.Zero, TimeSpan.Zero)
        {
            AskAgainIn = TimeSpan.FromMilliseconds(_random.Next(0, 20)),
        },
        _ => new(SpeculationVerdict.Start, SpeculationReason.Worth, 0.5, TimeSpan.Zero, TimeSpan.Zero),
    };

    public void Resolve(in SpeculationResolution resolution)
    {
        Resolved++;
        if (_random.Next(20) == 0)
        {
            throw new PlannedFaultException();
        }
    }
}

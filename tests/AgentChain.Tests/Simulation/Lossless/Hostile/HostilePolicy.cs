using AgentChain.Devices;

namespace AgentChain.Tests.Simulation.Lossless.Hostile;

/// <summary>The placement policy of all chains, which throws and lies if a hostile chain's host requests it.</summary>
sealed class HostilePolicy : IDevicePlacementPolicy
{
    readonly LeastLoadedPolicy _inner = new();

    public string Name => "hostile";

    /// <summary>Gets or sets the host of the chain that runs now.</summary>
    public HostileHost? Host { get; set; }

    public int Pick(in PlacementRequest request, ReadOnlySpan<DeviceState> candidates)
    {
        if (Host?.Strikes(Hostility.PolicyThrows, 20) == true)
        {
            throw Host.ThrownByDevices(Hostility.PolicyThrows);
        }

        if (Host?.Strikes(Hostility.PolicyLies, 20) == true)
        {
            Host.ReturnsBadLease(request.Block);
            return Host.Next(2) == 0 ? candidates.Length : -2;
        }

        return _inner.Pick(request, candidates);
    }
}

namespace AgentChain.Devices;

/// <summary>Provides the built-in placement policies and their names.</summary>
public static class DevicePlacementPolicies
{
    /// <summary>The name of <see cref="PinnedPolicy"/>.</summary>
    public const string Pinned = "pinned";

    /// <summary>The name of <see cref="LeastLoadedPolicy"/>.</summary>
    public const string LeastLoaded = "least-loaded";

    /// <summary>The name of <see cref="RoundRobinPolicy"/>.</summary>
    public const string RoundRobin = "round-robin";

    /// <summary>Creates the built-in policy with the specified name.</summary>
    /// <param name="name">The name of the policy, as in the configuration; case-insensitive.</param>
    /// <returns>The policy.</returns>
    /// <exception cref="ArgumentException">No built-in policy has that name. The message lists the built-in policies.</exception>
    public static IDevicePlacementPolicy FromName(string name) => name?.ToLowerInvariant() switch
    {
        Pinned => new PinnedPolicy(),
        LeastLoaded => new LeastLoadedPolicy(),
        RoundRobin => new RoundRobinPolicy(),
        _ => throw new ArgumentException(
            $"No device placement policy is named '{name}'; available policies: {Pinned}, {LeastLoaded}, {RoundRobin}.", nameof(name)),
    };
}

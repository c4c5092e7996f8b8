namespace AgentChain.Devices;

/// <summary>The built-in policies and their names.</summary>
public static class DevicePlacementPolicies
{
    /// <summary>The name of <see cref="PinnedPolicy"/>.</summary>
    public const string Pinned = "pinned";

    /// <summary>The name of <see cref="LeastLoadedPolicy"/>.</summary>
    public const string LeastLoaded = "least-loaded";

    /// <summary>Gives the built-in policy with a name, as configuration spells it.</summary>
    /// <param name="name">The name; case does not matter.</param>
    /// <returns>The policy.</returns>
    /// <exception cref="ArgumentException">No built-in policy has that name; the message lists them.</exception>
    public static IDevicePlacementPolicy FromName(string name) => name?.ToLowerInvariant() switch
    {
        Pinned => new PinnedPolicy(),
        LeastLoaded => new LeastLoadedPolicy(),
        _ => throw new ArgumentException($"No device placement policy is named '{name}'; there are: {Pinned}, {LeastLoaded}.", nameof(name)),
    };
}

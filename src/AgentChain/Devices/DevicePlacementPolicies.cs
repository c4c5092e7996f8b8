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

    /// <summary>The name of <see cref="PowerOfTwoPolicy"/>.</summary>
    public const string PowerOfTwo = "power-of-two";

    /// <summary>The name of <see cref="DeadlineAwarePolicy"/>, the default.</summary>
    public const string DeadlineAware = "deadline-aware";

    /// <summary>The name of the policy that follows a plan, which is not created by its name alone.</summary>
    internal const string Planned = "planned";

    /// <summary>The built-in policies by their names.</summary>
    static readonly (string Name, Func<IDevicePlacementPolicy> Create)[] BuiltIn =
    [
        (Pinned, static () => new PinnedPolicy()),
        (LeastLoaded, static () => new LeastLoadedPolicy()),
        (RoundRobin, static () => new RoundRobinPolicy()),
        (PowerOfTwo, static () => new PowerOfTwoPolicy()),
        (DeadlineAware, static () => new DeadlineAwarePolicy()),
    ];

    /// <summary>Gets the names of the built-in policies.</summary>
    internal static IEnumerable<string> Names => BuiltIn.Select(policy => policy.Name);

    /// <summary>Creates the built-in policy with the specified name.</summary>
    /// <param name="name">The name of the policy, as in the configuration; case-insensitive.</param>
    /// <returns>The policy.</returns>
    /// <exception cref="ArgumentException">
    /// No built-in policy has that name, or it is <c>planned</c>, which takes a plan: create a <c>PlannedPolicy</c>. The message lists the
    /// built-in policies.
    /// </exception>
    public static IDevicePlacementPolicy FromName(string name) =>
        Array.Find(BuiltIn, policy => string.Equals(policy.Name, name, StringComparison.OrdinalIgnoreCase)).Create?.Invoke()
        ?? throw new ArgumentException(
            string.Equals(name, Planned, StringComparison.OrdinalIgnoreCase)
                ? $"The policy '{Planned}' needs a plan: create it with new PlannedPolicy(plan), or new PlannedPolicy() and set its Plan later. Policies that need none: {string.Join(", ", Names)}."
                : $"No device placement policy is named '{name}'; available policies: {string.Join(", ", Names)}.",
            nameof(name));
}

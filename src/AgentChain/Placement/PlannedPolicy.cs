using AgentChain.Devices;

namespace AgentChain.Placement;

/// <summary>
/// Places each block on the device that a <see cref="PlacementPlan"/> gives it. The plan can be exchanged at any time. Thread-safe; a scheduler
/// has a policy of its own.
/// </summary>
/// <remarks>
/// What the plan does not name, and what it places on a device that has no room, has only stuck lanes, or does not fulfill the block's request,
/// is placed by another policy. Chains whose scheduler has this policy show its plan in <c>Explain</c> and <c>ToMermaid</c>.
/// </remarks>
public sealed class PlannedPolicy : IDevicePlacementPolicy
{
    /// <summary>The name of the policy.</summary>
    internal const string PolicyName = DevicePlacementPolicies.Planned;

    readonly IDevicePlacementPolicy _otherwise;
    volatile PlacementPlan? _plan;
    string? _keptFor;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="plan">The plan; <see langword="null"/> to set one later.</param>
    /// <param name="otherwise">The policy for what the plan cannot place, or <see langword="null"/> for <see cref="DeadlineAwarePolicy"/>.</param>
    public PlannedPolicy(PlacementPlan? plan = null, IDevicePlacementPolicy? otherwise = null) =>
        (_plan, _otherwise) = (plan, otherwise ?? new DeadlineAwarePolicy());

    /// <inheritdoc/>
    /// <value><c>planned</c></value>
    public string Name => PolicyName;

    /// <summary>Gets or sets the plan that is followed from the next request on.</summary>
    /// <value><see langword="null"/> for none: the other policy places everything.</value>
    public PlacementPlan? Plan
    {
        get => _plan;
        set => _plan = value;
    }

    /// <summary>Begins to keep the plan for a chain; returns the chain for which that is done already, or null.</summary>
    internal string? BeginKeeping(string chain) => Interlocked.CompareExchange(ref _keptFor, chain, null);

    /// <summary>Keeps the plan for a chain no more.</summary>
    internal void EndKeeping() => Volatile.Write(ref _keptFor, null);

    /// <inheritdoc/>
    public int Pick(in PlacementRequest request, ReadOnlySpan<DeviceState> candidates)
    {
        if (_plan?.DeviceOf(request.Block, request.Phase) is { } planned)
        {
            for (int i = 0; i < candidates.Length; i++)
            {
                ComputeDevice device = candidates[i].Device;
                if (string.Equals(device.Name, planned, StringComparison.OrdinalIgnoreCase) && candidates[i].StuckLanes < device.Lanes)
                {
                    return i;
                }
            }
        }

        return _otherwise.Pick(request, candidates);
    }
}

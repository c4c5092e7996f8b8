using System.Collections.Concurrent;
using AgentChain.Blocks;
using AgentChain.Costs;
using AgentChain.Devices;

namespace AgentChain.Engine.Turns;

/// <summary>
/// Learns how long the works inside one block had the lane of their device to themselves, so that a scheduler can tell on which device one ends
/// first. Kept in the costs under the name <c>block/work</c>. Thread-safe. Never throws.
/// </summary>
/// <param name="runtime">The chain.</param>
/// <param name="costs">Where the costs are kept.</param>
sealed class InnerCosts(ChainRuntime runtime, CostBook costs)
{
    /// <summary>The number of names of works that are learned for a block. Only a bound on memory.</summary>
    const int MaxNames = 64;

    /// <summary>For each name, what predicts a work of which no size is known.</summary>
    readonly ConcurrentDictionary<string, Func<ComputeDevice, TimeSpan?>> _typical = new(StringComparer.Ordinal);

    /// <summary>Returns what predicts a work for each device, for a scheduler that has a choice; null if there is none.</summary>
    /// <param name="name">The full name of the work.</param>
    /// <param name="size">The size of the work; null if it is not known.</param>
    public Func<ComputeDevice, TimeSpan?>? Predictor(string name, CostFeatures? size) =>
        !runtime.HasDeviceChoice || TypicalOf(name) is not { } typical ? null
        : size is not { } given ? typical
        : Given(name, given);

    /// <summary>Learns from a work that has completed.</summary>
    /// <param name="name">The full name of the work.</param>
    /// <param name="work">The work.</param>
    /// <param name="lease">Its lease, which is back.</param>
    public void Learn(string name, InnerWork work, DeviceLease lease)
    {
        // Only the scheduler of the library knows the wait for earlier leases. With another one, the time that the work ran has to do.
        long ran = lease.Served > 0 || runtime.Devices is DeviceScheduler || work.RanAt == 0 ? lease.Served : work.EndedAt - work.RanAt;
        if (ran > 0 && runtime.HasDeviceChoice && TypicalOf(name) is not null)
        {
            costs.Of(name, lease.Device.Name, CostPart.OnLane).Observe(work.Size ?? default, runtime.Time.GetElapsedTime(0, ran));
        }
    }

    Func<ComputeDevice, TimeSpan?> Given(string name, CostFeatures size) =>
        device => CostOn(name, device)?.Given(size).Mean is { } mean ? CostModel.ToTime(mean) : null;

    Func<ComputeDevice, TimeSpan?>? TypicalOf(string name) =>
        _typical.TryGetValue(name, out Func<ComputeDevice, TimeSpan?>? known) ? known
        : _typical.Count >= MaxNames || OptionCheck.NameMistake(name) is not null ? null
        : _typical.GetOrAdd(name, one => device => CostOn(one, device)?.Typical().Mean is { } mean ? CostModel.ToTime(mean) : null);

    LearnedCost? CostOn(string name, ComputeDevice device) =>
        costs.Find(name, device.Name, CostPart.OnLane) is { CanPredict: true } cost ? cost : null;
}

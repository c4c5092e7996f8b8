using System.Diagnostics;

namespace AgentChain.Simulation;

/// <summary>Describes a group of equal servers with one queue: a <see cref="SimulatedDevice"/>, or with
/// <see cref="Batching"/> a <see cref="SimulatedBatchDevice"/>, of each world. Immutable.</summary>
[DebuggerDisplay("{Name,nq}: {Servers}")]
public sealed class DeviceGroup
{
    /// <summary>Initializes a group.</summary>
    /// <param name="name">The name, unique among the groups.</param>
    /// <param name="servers">The number of servers: of jobs that run at once; at least 1. For a plan, the least number.</param>
    /// <exception cref="ArgumentException">The name is blank or contains control characters.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
    public DeviceGroup(string name, int servers = 1)
    {
        Name = OptionCheck.Name(name, nameof(name));
        Servers = OptionCheck.AtLeast(servers, 1, nameof(servers));
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the number of servers.</summary>
    public int Servers { get; }

    /// <summary>Gets the time that a speculative job runs before it yields to committed work.</summary>
    /// <value><see langword="null"/> by default, for no limit.</value>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TimeSpan? Slice
    {
        get;
        init => field = OptionCheck.Positive(value, nameof(Slice));
    }

    /// <summary>Gets the largest number of servers that a plan may choose.</summary>
    /// <value>64 by default; at least 1. Of no effect on a simulation.</value>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
    public int MostServers
    {
        get;
        init => field = OptionCheck.AtLeast(value, 1, nameof(MostServers));
    }
    = 64;

    /// <summary>Gets the price of one server, in any unit, which a plan keeps low.</summary>
    /// <value>1 by default; greater than 0.</value>
    /// <exception cref="ArgumentOutOfRangeException">The price is not a positive number.</exception>
    public double Cost
    {
        get;
        init => field = OptionCheck.Positive(value, nameof(Cost));
    }
    = 1;

    /// <summary>Gets the options of a device that works in batches, as servers of language models do.</summary>
    /// <value><see langword="null"/> by default: each server runs one job. <see cref="Slice"/> has no effect on batches.</value>
    public SimulatedBatchOptions? Batching { get; init; }

    /// <summary>Returns the group with another number of servers.</summary>
    internal DeviceGroup With(int servers) => new(Name, servers) { Slice = Slice, MostServers = MostServers, Cost = Cost, Batching = Batching };
}

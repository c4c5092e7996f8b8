namespace AgentChain;

/// <summary>
/// Represents whether a chain can serve a turn at its usual speed, for a health check of a host, by block and device. A snapshot.
/// </summary>
public sealed class ChainReadiness
{
    internal ChainReadiness(IReadOnlyList<BlockReadiness> blocks) => Blocks = blocks;

    /// <summary>Gets the blocks that warm up or run on devices, in the order of the chain, once for each device that they may run on.</summary>
    public IReadOnlyList<BlockReadiness> Blocks { get; }

    /// <summary>
    /// Gets a value that indicates whether each block has warmed up on every device on which it may run and that is there, and each has at
    /// least one.
    /// </summary>
    public bool IsReady =>
        Blocks.All(static block => block.State is ReadinessState.Ready or ReadinessState.DeviceLost)
        && Blocks.GroupBy(static block => block.Block).All(static block => block.Any(static one => one.State == ReadinessState.Ready));

    /// <summary>Returns a one-line description that contains names, but no user content.</summary>
    /// <returns>The description.</returns>
    public override string ToString() => IsReady
        ? "ready"
        : $"not ready: {string.Join(", ", Blocks.Where(static block => block.State != ReadinessState.Ready))}";
}

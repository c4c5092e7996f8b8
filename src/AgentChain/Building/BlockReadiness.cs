namespace AgentChain;

/// <summary>Represents whether a block can serve a turn on a device at its usual speed.</summary>
/// <param name="Block">The name of the block.</param>
/// <param name="Device">The name of the device; empty for a block without one.</param>
/// <param name="State">Whether it is ready there.</param>
public sealed record BlockReadiness(string Block, string Device, ReadinessState State)
{
    /// <summary>Returns a one-line description, such as <c>llm on cuda:0: Cold</c>.</summary>
    /// <returns>The description.</returns>
    public override string ToString() => Device.Length == 0 ? $"{Block}: {State}" : $"{Block} on {Device}: {State}";
}

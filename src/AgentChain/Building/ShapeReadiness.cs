namespace AgentChain;

/// <summary>Represents whether a shape of input, such as a length that a provider prepares at its first run, has run on a device.</summary>
/// <param name="Shape">The name of the shape, as the block states it (<see cref="BlockContext.StateShapes"/>).</param>
/// <param name="Device">The name of the device; empty for a block without one.</param>
/// <param name="State">Whether it has run there.</param>
public sealed record ShapeReadiness(string Shape, string Device, ReadinessState State)
{
    /// <summary>Returns a one-line description, such as <c>prompt on cuda:0: Cold</c>.</summary>
    /// <returns>The description.</returns>
    public override string ToString() => Device.Length == 0 ? $"{Shape}: {State}" : $"{Shape} on {Device}: {State}";
}

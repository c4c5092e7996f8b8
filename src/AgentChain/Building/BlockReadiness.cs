namespace AgentChain;

/// <summary>Represents whether a block can serve a turn on a device at its usual speed.</summary>
/// <param name="Block">The name of the block.</param>
/// <param name="Device">The name of the device; empty for a block without one.</param>
/// <param name="State">Whether it is ready there.</param>
public sealed record BlockReadiness(string Block, string Device, ReadinessState State)
{
    /// <summary>
    /// Gets the shapes of input that the block has stated in its warm-up. While one of them has not run on a device that is there, the block is
    /// <see cref="ReadinessState.Cold"/>.
    /// </summary>
    public IReadOnlyList<ShapeReadiness> Shapes { get; init; } = [];

    /// <summary>Returns a one-line description, such as <c>llm on cuda:0: Cold</c>, with the shapes that are cold.</summary>
    /// <returns>The description.</returns>
    public override string ToString()
    {
        string own = Device.Length == 0 ? $"{Block}: {State}" : $"{Block} on {Device}: {State}";
        ShapeReadiness[] cold = State is ReadinessState.Cold or ReadinessState.Failed
            ? [.. Shapes.Where(static shape => shape.State == ReadinessState.Cold)]
            : [];
        return cold.Length == 0 ? own : $"{own} ({string.Join("; ", (IEnumerable<ShapeReadiness>)cold)})";
    }
}

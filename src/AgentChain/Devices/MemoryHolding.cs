namespace AgentChain.Devices;

/// <summary>Represents a part of a device's memory and who holds it.</summary>
/// <param name="Device">The name of the device.</param>
/// <param name="Owner">Who holds it, such as the name of a model or a block.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="Bytes">Its size in bytes.</param>
public sealed record MemoryHolding(string Device, string Owner, MemoryPurpose Purpose, long Bytes)
{
    /// <summary>Returns a one-line description, such as <c>llm 16.1 GB Weights</c>.</summary>
    /// <returns>The description.</returns>
    public override string ToString() => $"{Owner} {ByteText.Of(Bytes)} {Purpose}";
}

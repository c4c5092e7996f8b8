namespace AgentChain.Fuzz;

/// <summary>A field of a protobuf message.</summary>
/// <param name="Number">The number of the field.</param>
/// <param name="Wire">The kind: 0 for a number, 2 for bytes or a message, 1 and 5 for fixed sizes.</param>
sealed record ProtobufField(int Number, int Wire)
{
    public ulong Value { get; init; }

    public byte[] Bytes { get; init; } = [];

    public ProtobufTree? Message { get; init; }
}

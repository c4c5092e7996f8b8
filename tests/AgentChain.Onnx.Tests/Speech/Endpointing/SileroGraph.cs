using System.Runtime.InteropServices;
using System.Text;

namespace AgentChain.Onnx.Tests.Speech.Endpointing;

/// <summary>
/// Writes a small ONNX graph with the inputs and outputs of the Silero model. The state grows by one in each run, and the probability is the
/// first sample of the input plus 0.001 for each run plus 0.01 at 16 kHz, so that it shows what the graph was given.
/// </summary>
static class SileroGraph
{
    const int Float = 1, Int64 = 7;

    /// <summary>Writes the graph.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="stateName">The name of the state input, for a graph that does not fit.</param>
    public static void Write(string path, string stateName = "state")
    {
        byte[][] graph =
        [
            Node("Slice", ["input", "from", "to", "axis"], ["first"]),
            Node("Add", [stateName, "one"], ["stateN"]),
            Node("Slice", ["stateN", "from", "to", "last"], ["column"]),
            Node("Slice", ["column", "from", "to", "axis0"], ["corner"]),
            Node("Reshape", ["corner", "shape"], ["runs"]),
            Node("Mul", ["runs", "thousandth"], ["age"]),
            Node("Cast", ["sr"], ["rate"], to: Float),
            Node("Mul", ["rate", "scale"], ["share"]),
            Node("Add", ["first", "age"], ["sum"]),
            Node("Add", ["sum", "share"], ["output"]),
            Text(2, "silero-layout"),
            Integers("from", 0), Integers("to", 1), Integers("axis", 1), Integers("last", 2), Integers("axis0", 0), Integers("shape", 1, 1),
            Floats("one", 1), Floats("thousandth", 0.001f), Floats("scale", 0.01f / 16_000),
            Value(11, "input", Float, null, null), Value(11, stateName, Float, 2, null, 128), Value(11, "sr", Int64),
            Value(12, "output", Float, null, 1), Value(12, "stateN", Float, 2, null, 128),
        ];
        File.WriteAllBytes(path, Join(Number(1, 8), Message(7, Join(graph)), Message(8, Join(Text(1, ""), Number(2, 17)))));
    }

    static byte[] Node(string type, string[] inputs, string[] outputs, int? to = null) => Message(1, Join([
        .. inputs.Select(name => Text(1, name)), .. outputs.Select(name => Text(2, name)), Text(4, type),
        to is { } value ? Message(5, Join(Text(1, "to"), Number(3, value), Number(20, 2))) : []]));

    static byte[] Integers(string name, params long[] values) => Message(5, Join(
        Number(1, values.Length), Number(2, Int64), Text(8, name), Message(9, MemoryMarshal.AsBytes<long>(values).ToArray())));

    static byte[] Floats(string name, float value) => Message(5, Join(Number(2, Float), Text(8, name), Message(9, BitConverter.GetBytes(value))));

    static byte[] Value(int field, string name, int type, params int?[] shape) => Message(field, Join(Text(1, name), Message(2, Message(1, Join(
        Number(1, type), Message(2, Join([.. shape.Select((size, i) => Message(1, size is { } fixedSize ? Number(1, fixedSize) : Text(2, $"d{i}")))])))))));

    static byte[] Text(int field, string text) => Message(field, Encoding.ASCII.GetBytes(text));

    static byte[] Message(int field, byte[] body) => Join(Varint(field << 3 | 2), Varint(body.Length), body);

    static byte[] Number(int field, int value) => Join(Varint(field << 3), Varint(value));

    static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];

    static byte[] Varint(int value) => value < 0x80 ? [(byte)value] : [(byte)(value | 0x80), .. Varint(value >> 7)];
}

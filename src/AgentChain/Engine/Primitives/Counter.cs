using System.Runtime.InteropServices;

namespace AgentChain.Engine.Primitives;

/// <summary>A counter on its own cache line, so that the two sides of a queue do not slow each other down.</summary>
[StructLayout(LayoutKind.Explicit, Size = 128)]
struct Counter
{
    [FieldOffset(64)]
    public long Value;

    /// <summary>The other side's counter, as this counter's owner last saw it.</summary>
    [FieldOffset(72)]
    public long Seen;
}

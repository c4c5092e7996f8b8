using System.Runtime.InteropServices;

namespace AgentChain.Engine.Primitives;

/// <summary>A counter on a cache line of its own, so that the two sides of a queue do not slow each other down.</summary>
[StructLayout(LayoutKind.Explicit, Size = 128)]
struct Counter
{
    [FieldOffset(64)]
    public long Value;

    /// <summary>The other side's counter, as its owner saw it last.</summary>
    [FieldOffset(72)]
    public long Seen;
}

using System.Runtime.CompilerServices;

namespace AgentChain.Engine.Interop;

/// <summary>
/// Tracks the external Dataflow blocks that are in use. Two places that read one block would take each other's outputs, and only the
/// block's identity shows that they share it; so claims apply to the whole process. A claim does not keep its block alive.
/// </summary>
static class ForeignClaims
{
    static readonly ConditionalWeakTable<object, object> Claims = [];
    static readonly object Claimed = new();

    /// <summary>Claims a block for one place; returns false if it is already claimed.</summary>
    public static bool TryClaim(object block) => Claims.TryAdd(block, Claimed);

    /// <summary>Releases the claim on a block that is known to be empty.</summary>
    public static void Release(object block) => Claims.Remove(block);
}

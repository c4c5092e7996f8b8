using System.Runtime.CompilerServices;

namespace AgentChain.Engine.Interop;

/// <summary>
/// Which foreign Dataflow blocks are in use. Two places that read one block would take each other's outputs, and only an object's identity
/// shows that they hold the same one; so this is known for the whole process. Nothing is kept alive by it.
/// </summary>
static class ForeignClaims
{
    static readonly ConditionalWeakTable<object, object> Claims = [];
    static readonly object Claimed = new();

    /// <summary>Claims a block for one place; false when it has been claimed.</summary>
    public static bool TryClaim(object block) => Claims.TryAdd(block, Claimed);

    /// <summary>Lets another place claim a block that is known to be empty.</summary>
    public static void Release(object block) => Claims.Remove(block);
}

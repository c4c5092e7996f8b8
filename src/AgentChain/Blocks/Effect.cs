namespace AgentChain.Blocks;

/// <summary>What running a block does to the world.</summary>
public enum Effect
{
    /// <summary>Nothing: it may run early, twice, or in vain.</summary>
    Pure,

    /// <summary>Something that is the same however often it happens.</summary>
    Idempotent,

    /// <summary>Something that must happen exactly once, such as an order or a payment.</summary>
    Effectful,
}

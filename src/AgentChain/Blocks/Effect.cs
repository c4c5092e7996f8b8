namespace AgentChain;

/// <summary>Specifies the side effects of running a block.</summary>
/// <remarks>The default, 0, is that of most blocks. Declare any other effect: the barrier depends on it.</remarks>
public enum Effect
{
    /// <summary>No side effects. The block can run early, run twice, or have its result discarded.</summary>
    Pure,

    /// <summary>A side effect that can be repeated without further effect.</summary>
    Idempotent,

    /// <summary>A side effect that must happen exactly once, such as an order or a payment.</summary>
    Effectful,
}

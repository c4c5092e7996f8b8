namespace AgentChain.Engine.Turns;

/// <summary>Specifies what happens to a value at a block, as its turn is predicted.</summary>
enum Fate
{
    /// <summary>The block runs.</summary>
    Runs,

    /// <summary>The block's fallback runs in its place.</summary>
    IsDegraded,

    /// <summary>The turn was rejected.</summary>
    IsRejected,
}

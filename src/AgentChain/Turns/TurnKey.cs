namespace AgentChain;

/// <summary>
/// Identifies a value that a block passes to blocks downstream without the blocks in between having to carry it, such as a map from
/// placeholders to names. The value travels with the turn's data, never in ambient state: branches that did not pass through the block do
/// not see it, and it ends with the turn.
/// </summary>
/// <typeparam name="T">The type of the value. Make it immutable, because several blocks can read it at the same time.</typeparam>
/// <param name="name">The human-readable name of the key.</param>
public sealed class TurnKey<T>(string name)
{
    /// <summary>Returns the name of the key.</summary>
    /// <returns>The name.</returns>
    public override string ToString() => name;
}

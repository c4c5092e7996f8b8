namespace AgentChain.Turns;

/// <summary>
/// Names a value that a block hands to the blocks behind it without every block between having to carry it, such as
/// the map from placeholders to names. It travels on the envelope, never in ambient state: branches that did not pass
/// through the block do not see it, and it ends with the turn.
/// </summary>
/// <typeparam name="T">The value; make it immutable, several blocks may read it at once.</typeparam>
/// <param name="name">A name for people to read.</param>
public sealed class TurnKey<T>(string name)
{
    /// <summary>Gives the key's name.</summary>
    /// <returns>The name.</returns>
    public override string ToString() => name;
}

using AgentChain.Blocks;

namespace AgentChain.Building;

/// <summary>A classifier that says which routes it can choose, so that Build finds routes that nothing leads to.</summary>
public interface IRouteNames
{
    /// <summary>Gets every route it can choose.</summary>
    IReadOnlyCollection<string> Routes { get; }
}

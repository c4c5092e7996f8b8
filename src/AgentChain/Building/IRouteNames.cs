namespace AgentChain;

/// <summary>Represents a classifier that declares the routes it can choose, so that Build can find unreachable routes.</summary>
public interface IRouteNames
{
    /// <summary>Gets the names of all routes that the classifier can choose.</summary>
    IReadOnlyCollection<string> Routes { get; }
}

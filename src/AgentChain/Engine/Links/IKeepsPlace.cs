using System.Threading.Tasks.Dataflow;

namespace AgentChain.Engine.Links;

/// <summary>
/// A block that releases its place in the queue itself, exactly once for each value, even if it fails. This saves a task for each value.
/// </summary>
interface IKeepsPlace
{
    /// <summary>The callback that releases a place; null if places are not kept.</summary>
    Action? LeavePlace { get; set; }
}

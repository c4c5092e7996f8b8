using System.Threading.Tasks.Dataflow;
using AgentChain.Blocks;
using AgentChain.Turns;

namespace AgentChain.Engine.Links;

/// <summary>
/// A block that gives its place in the queue back itself, exactly once for each value it is given, also where it fails; that saves a
/// task for each value.
/// </summary>
interface IKeepsPlace
{
    /// <summary>Gives a place back; null where places are not kept.</summary>
    Action? LeavePlace { get; set; }
}

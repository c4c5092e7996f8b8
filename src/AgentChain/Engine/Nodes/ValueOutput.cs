using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Nodes;

/// <summary>The end of a chain that returns one value: the barrier that only committed values pass.</summary>
sealed class ValueOutput<T> : Target<T>
{
    public override bool MayWait => false;

    public override ValueTask SendAsync(in Envelope<T> envelope)
    {
        if (!envelope.IsUncommitted)
        {
            ((ValueTurn<T>)envelope.Turn).Complete(envelope.Value, envelope.Cause!);
        }

        return default;
    }
}

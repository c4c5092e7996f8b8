using AgentChain;
using AgentChain.Extensions.AI;

namespace VoiceAgent.Agents;

/// <summary>Makes the agents' request of the redacted question, in the session of the call.</summary>
sealed class Asking : ISyncBlock<string, AgentRequest>
{
    public AgentRequest Invoke(string input, BlockContext context) => context.Get(Question.Key)!.Session.Ask(input);
}

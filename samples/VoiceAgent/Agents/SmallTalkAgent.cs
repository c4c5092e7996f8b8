using AgentChain;
using AgentChain.Onnx.Language;
using VoiceAgent.Knowledge;

namespace VoiceAgent.Agents;

/// <summary>Greets, thanks, says goodbye, and declines questions that the line cannot answer.</summary>
sealed class SmallTalkAgent : ISyncBlock<Found, ChatPrompt>
{
    public ChatPrompt Invoke(Found found, BlockContext context) =>
        AgentPrompt.Write("smalltalk", found, ["customer name"], article: null, context);
}

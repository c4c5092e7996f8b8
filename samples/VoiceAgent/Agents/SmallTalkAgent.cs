using AgentChain.Blocks;
using AgentChain.Onnx.Language;
using VoiceAgent.Knowledge;

namespace VoiceAgent.Agents;

/// <summary>Greets, thanks, says goodbye, and turns down what the line cannot help with.</summary>
sealed class SmallTalkAgent : ISyncBlock<Found, ChatPrompt>
{
    public ChatPrompt Invoke(Found found, BlockContext context) =>
        AgentPrompt.Write("smalltalk", found, ["customer name"], article: null, context);
}

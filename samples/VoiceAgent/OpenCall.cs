using AgentChain;
using AgentChain.Extensions.AI;
using AgentChain.Onnx.Speech.Audio;
using VoiceAgent.Calls;
using VoiceAgent.CommandLine;

namespace VoiceAgent;

/// <summary>A call on a line: its turns, the caller, and what the agents remember.</summary>
sealed record OpenCall(Conversation<Question, PcmAudio> Conversation, Caller Caller, AgentSession Session, Ahead Level) : IAsyncDisposable
{
    public static OpenCall On(Line line, Account customer, PlanBook plans)
    {
        var caller = new Caller(customer, plans);

        // The agents' memory is the session; the chain's only hands on the placeholders.
        return new(line.Chain.OpenConversation(new ConversationOptions { HistoryLength = 1 }), caller, caller.Begin(), line.Level);
    }

    public ValueTask DisposeAsync() => Conversation.DisposeAsync();
}

using AgentChain;
using AgentChain.Onnx.Speech.Recognition;
using VoiceAgent.Knowledge;

namespace VoiceAgent;

/// <summary>Is shown a turn while it runs. Calls of one turn never overlap.</summary>
interface ITurnView
{
    void Hypothesis(Hypothesis<Transcript> heard);

    void Found(Found found);

    void Token(string text);
}

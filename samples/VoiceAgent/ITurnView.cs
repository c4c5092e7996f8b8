using AgentChain;
using AgentChain.Onnx.Speech.Recognition;
using Microsoft.Extensions.AI;

namespace VoiceAgent;

/// <summary>Is shown a turn while it runs. Calls of one turn never overlap.</summary>
interface ITurnView
{
    void Hypothesis(Hypothesis<Transcript> heard);

    void Asked(string question);

    void Agent(string name);

    void Call(FunctionCallContent call);

    void Result(FunctionResultContent result);

    void Token(string text);
}

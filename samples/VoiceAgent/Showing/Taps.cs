using AgentChain;
using AgentChain.Blocks.Redaction;
using AgentChain.Onnx.Speech.Recognition;
using VoiceAgent.Knowledge;

namespace VoiceAgent.Showing;

/// <summary>The chain's taps: they show passing values in the view that the question carries.</summary>
static class Taps
{
    public static void Hypothesis(Hypothesis<Transcript> heard, BlockContext context) => View(context)?.Hypothesis(heard);

    public static void Found(Found found, BlockContext context) => View(context)?.Found(found, context.Get(RedactionMap.Key) ?? RedactionMap.Empty);

    public static void Token(string text, BlockContext context) => View(context)?.Token(text);

    public static void Sentence(string text, BlockContext context) => View(context)?.Sentence(text);

    static TurnView? View(BlockContext context) => context.Get(Question.Key)?.View;
}

using AgentChain;
using AgentChain.Blocks.Redaction;
using AgentChain.Onnx.Speech.Recognition;
using Microsoft.Extensions.AI;

namespace VoiceAgent.Showing;

/// <summary>The chain's taps: they note passing values in the notes that the question carries.</summary>
static class Taps
{
    public static void Hypothesis(Hypothesis<Transcript> heard, BlockContext context) => Notes(context)?.Hypothesis(heard);

    public static void Asked(string question, BlockContext context) =>
        Notes(context)?.Asked(question, context.Get(RedactionMap.Key) ?? RedactionMap.Empty);

    public static void Update(ChatResponseUpdate update, BlockContext context) => Notes(context)?.Update(update);

    public static void Token(string text, BlockContext context) => Notes(context)?.Token(text);

    public static void Sentence(string text, BlockContext context) => Notes(context)?.Sentence(text);

    static TurnNotes? Notes(BlockContext context) => context.Get(Question.Key)?.Notes;
}

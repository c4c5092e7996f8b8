using AgentChain;
using AgentChain.Blocks.Redaction;
using AgentChain.Onnx.Speech.Recognition;

namespace VoiceAgent.Listening;

/// <summary>Passes a question to the recognizer, and carries the call's data to the blocks downstream.</summary>
sealed class Listener(LiveRecognitionBlock recognizer) : IRevisingBlock<Question, Transcript>, IWarmUp
{
    public IAsyncEnumerable<Hypothesis<Transcript>> InvokeAsync(Question input, BlockContext context, CancellationToken cancellationToken)
    {
        context.Set(Question.Key, input);
        context.Set(RedactionMap.Key, input.Placeholders);
        return recognizer.InvokeAsync(input.Audio, context, cancellationToken);
    }

    public ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken) =>
        recognizer.WarmUpAsync(context, cancellationToken);
}

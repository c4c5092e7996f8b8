using AgentChain.Blocks;
using AgentChain.Blocks.Redaction;
using AgentChain.Onnx.Speech.Recognition;

namespace VoiceAgent.Listening;

/// <summary>Lets the recognizer hear a question, and carries what is known of the call to the blocks behind.</summary>
sealed class Listener(LiveRecognitionBlock recognizer) : IRevisingBlock<Question, Transcript>, IWarmUp
{
    public IAsyncEnumerable<Hypothesis<Transcript>> InvokeAsync(Question input, BlockContext context, CancellationToken cancellationToken)
    {
        context.Carry(Question.Key, input);
        context.Carry(RedactionMap.Key, input.Placeholders);
        return recognizer.InvokeAsync(input.Audio, context, cancellationToken);
    }

    public ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken) => recognizer.WarmUpAsync(context, cancellationToken);
}

using AgentChain;
using AgentChain.Onnx.Retrieval;

namespace VoiceAgent.Knowledge;

/// <summary>Finds documents by their words alone, in microseconds: the fallback of retrieval if the encoder is late.</summary>
sealed class WordSearch(HybridIndex index) : IBlock<string, RetrievalResult>
{
    public ValueTask<RetrievalResult> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken) =>
        new(index.Search(input, []));
}

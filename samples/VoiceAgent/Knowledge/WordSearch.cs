using AgentChain.Onnx.Retrieval;

namespace VoiceAgent.Knowledge;

/// <summary>Finds documents by their words alone, in microseconds.</summary>
sealed class WordSearch(HybridIndex index)
{
    /// <summary>Returns the document that shares most words with a question, or <see langword="null"/> if none does.</summary>
    public RetrievalDocument? Find(string question) => index.Search(question, []) is { Hits: [var best, ..] } ? best.Document : null;
}

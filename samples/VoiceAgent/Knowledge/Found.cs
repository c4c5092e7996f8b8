using AgentChain.Onnx.Retrieval;

namespace VoiceAgent.Knowledge;

/// <summary>A question with its retrieved facts and documents.</summary>
/// <param name="Question">The question, with placeholders.</param>
/// <param name="Facts">The customer's account by label, with placeholders.</param>
/// <param name="Documents">The retrieved documents, best first.</param>
sealed record Found(string Question, IReadOnlyDictionary<string, string> Facts, RetrievalResult Documents)
{
    /// <summary>The agent that should answer: the agent of the best document.</summary>
    public string Agent => Documents.Hits.IsEmpty ? "smalltalk" : Documents.Hits[0].Document.Tags[KnowledgeBase.Agent];

    /// <summary>The labels of the retrieved facts, best first.</summary>
    public IEnumerable<string> Labels => LabelsOf(Documents.Hits.Select(h => h.Document));

    /// <summary>Returns the labels of the documents that are facts.</summary>
    public static IEnumerable<string> LabelsOf(IEnumerable<RetrievalDocument> documents) =>
        documents.Select(d => d.Tags.GetValueOrDefault(KnowledgeBase.Label)).OfType<string>();
}

using AgentChain.Onnx.Retrieval;

namespace VoiceAgent.Knowledge;

/// <summary>A question with all that was found for it.</summary>
/// <param name="Question">The question, with placeholders.</param>
/// <param name="Facts">The customer's account by label, with placeholders.</param>
/// <param name="Documents">What the question may be about, the best first.</param>
sealed record Found(string Question, IReadOnlyDictionary<string, string> Facts, RetrievalResult Documents)
{
    /// <summary>Who should answer: the agent of the document that fits best.</summary>
    public string Agent => Documents.Hits.IsEmpty ? "smalltalk" : Documents.Hits[0].Document.Tags[KnowledgeBase.Agent];

    /// <summary>The labels of the facts that were found, the best first.</summary>
    public IEnumerable<string> Labels => LabelsOf(Documents.Hits.Select(h => h.Document));

    /// <summary>The labels of those documents that are facts.</summary>
    public static IEnumerable<string> LabelsOf(IEnumerable<RetrievalDocument> documents) =>
        documents.Select(d => d.Tags.GetValueOrDefault(KnowledgeBase.Label)).OfType<string>();
}

using AgentChain;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Retrieval;
using VoiceAgent.Knowledge;

namespace VoiceAgent.Agents;

/// <summary>Answers from the help articles, and questions about orders, visits and stores.</summary>
sealed class SupportAgent : ISyncBlock<Found, ChatPrompt>
{
    const int Facts = 2;

    /// <summary>Documents that score below this fraction of the best one are about another subject.</summary>
    const float Near = 0.7f;

    public ChatPrompt Invoke(Found found, BlockContext context)
    {
        float least = found.Documents.Hits[0].Score * Near;
        RetrievalDocument[] near =
        [
            .. found.Documents.Hits.Where(h => h.Score >= least).Select(h => h.Document)
                .Where(d => d.Tags[KnowledgeBase.Agent] == "support"),
        ];
        string? article = near.FirstOrDefault(d => d.Tags[KnowledgeBase.Kind] == "article")?.Text;
        return AgentPrompt.Write("support", found, Found.LabelsOf(near).Take(Facts), article, context);
    }
}

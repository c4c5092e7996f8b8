using AgentChain.Extensions.AI;
using AgentChain.Onnx.Retrieval;
using Microsoft.Extensions.AI;
using VoiceAgent.Knowledge;

namespace VoiceAgent.Agents;

/// <summary>
/// Guesses the call that the language model will make, from the document that shares most words with the question. A wrong guess costs its
/// own work only; a tool that the agent does not have is ignored.
/// </summary>
sealed class EarlyGuess(Library library)
{
    /// <summary>How often the words find the right document, about; the controller corrects it by experience.</summary>
    const double Confidence = 0.8;

    public IEnumerable<EarlyCall> Propose(AgentRequest request)
    {
        // After a hand-off, the question is in the session.
        IEnumerable<ChatMessage> messages = (request.Session?.Messages ?? []).Concat(request.Messages);
        string? question = messages.LastOrDefault(message => message.Role == ChatRole.User)?.Text;
        return question is null || library.WordSearch.Find(question) is not { } best ? []
            : best.Tags.GetValueOrDefault(KnowledgeBase.Label) is { } fact ? [LookUp(fact, question)]
            : best.Tags[KnowledgeBase.Kind] == "article" ? [Search(question)]
            : [];
    }

    static EarlyCall Search(string question) =>
        new("search_articles", new Dictionary<string, object?> { ["query"] = question }, Confidence);

    static EarlyCall LookUp(string fact, string question)
    {
        Dictionary<string, object?> arguments = new() { ["fact"] = fact };
        if (question.Split(' ').FirstOrDefault(word => word.StartsWith("[account_", StringComparison.Ordinal)) is { } account)
        {
            arguments["account"] = account;
        }

        return new EarlyCall("look_up_account", arguments, Confidence);
    }
}

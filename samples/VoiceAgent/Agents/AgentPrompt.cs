using System.Text;
using AgentChain;
using AgentChain.Onnx.Language;
using VoiceAgent.Knowledge;

namespace VoiceAgent.Agents;

/// <summary>Writes prompts exactly as <c>models/language-model/PROMPT.md</c> specifies.</summary>
static class AgentPrompt
{
    /// <summary>Writes a prompt.</summary>
    /// <param name="agent">The agent that answers.</param>
    /// <param name="found">The question and the account.</param>
    /// <param name="labels">The labels of the facts to include; facts that the account lacks are omitted.</param>
    /// <param name="article">The help article to include, or <see langword="null"/>.</param>
    /// <param name="context">The block's context; its question carries the earlier turns.</param>
    public static ChatPrompt Write(string agent, Found found, IEnumerable<string> labels, string? article, BlockContext context)
    {
        var system = new StringBuilder().Append("agent: ").Append(agent);
        string[] known = [.. labels.Where(found.Facts.ContainsKey)];
        if (known.Length > 0)
        {
            system.Append("\nfacts:");
            foreach (string label in known)
            {
                system.Append('\n').Append(label).Append(": ").Append(found.Facts[label]);
            }
        }

        if (article is not null)
        {
            system.Append("\narticle: ").Append(article.ToLowerInvariant());
        }

        return new ChatPrompt(
        [
            new ChatMessage(ChatRole.System, system.ToString()),
            .. Remembered(context.Get(Question.Key)),
            new ChatMessage(ChatRole.User, found.Question),
        ]);
    }

    static IEnumerable<ChatMessage> Remembered(Question? question)
    {
        foreach ((string asked, string answered) in question?.Memory ?? [])
        {
            yield return new ChatMessage(ChatRole.User, asked);
            yield return new ChatMessage(ChatRole.Assistant, answered);
        }
    }
}

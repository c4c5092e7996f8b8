using Microsoft.Extensions.AI;

namespace VoiceAgent.Models;

/// <summary>
/// The sample's own language model, with requests as it was trained on them: one system message, and no more than the last exchanges.
/// </summary>
sealed class OwnLanguage(IChatClient client) : DelegatingChatClient(client)
{
    /// <summary>The number of questions in the longest dialogues of the training, with the one that is answered.</summary>
    const int Questions = 4;

    public override Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        base.GetResponseAsync(Trained([.. messages]), options, cancellationToken);

    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        base.GetStreamingResponseAsync(Trained([.. messages]), options, cancellationToken);

    /// <summary>Describes tools as the model was trained on them: it knows their arguments.</summary>
    public static string Names(IReadOnlyList<AIFunctionDeclaration> tools) =>
        $"tools: {string.Join(", ", tools.Select(tool => tool.Name))}";

    static List<ChatMessage> Trained(List<ChatMessage> messages)
    {
        IEnumerable<string> system = messages.Where(message => message.Role == ChatRole.System).Select(message => message.Text);
        int[] questions = [.. Enumerable.Range(0, messages.Count).Where(i => messages[i].Role == ChatRole.User)];
        int first = questions.Length > Questions ? questions[^Questions] : questions.FirstOrDefault();
        return
        [
            new(ChatRole.System, string.Join('\n', system)),
            .. messages.Skip(first).Where(message => message.Role != ChatRole.System),
        ];
    }
}

using AgentChain.Onnx.Language;
using Microsoft.Extensions.AI;
using AIMessage = Microsoft.Extensions.AI.ChatMessage;
using AIRole = Microsoft.Extensions.AI.ChatRole;
using ChatRole = AgentChain.Onnx.Language.ChatRole;

namespace AgentChain.Onnx.Extensions.AI;

/// <summary>Makes a prompt in the model's own format of the messages of a request. Text that the model cannot read is refused.</summary>
static class ChatPrompts
{
    public static ChatPrompt Of(IEnumerable<AIMessage> messages, string? instructions)
    {
        List<Language.ChatMessage> prompt = [];
        if (!string.IsNullOrEmpty(instructions))
        {
            prompt.Add(new(ChatRole.System, instructions));
        }

        int given = prompt.Count;
        foreach (AIMessage message in messages)
        {
            if (message is null)
            {
                throw new ArgumentException("A message is null.", nameof(messages));
            }

            prompt.Add(new(Role(message.Role), Text(message)));
        }

        return prompt.Count > given ? new(prompt) : throw new ArgumentException("A request needs at least one message.", nameof(messages));
    }

    static ChatRole Role(AIRole role) =>
        role == AIRole.System ? ChatRole.System
        : role == AIRole.User ? ChatRole.User
        : role == AIRole.Assistant ? ChatRole.Assistant
        : throw new NotSupportedException(
            $"The role '{role.Value}' of a message is not supported: the chat format of an ONNX model has the roles system, user and assistant.");

    static string Text(AIMessage message)
    {
        foreach (AIContent content in message.Contents)
        {
            // A model does not read its own earlier reasoning, and the usage is not part of the conversation.
            if (content is not (TextContent or TextReasoningContent or UsageContent))
            {
                throw new NotSupportedException(
                    $"A message of the role '{message.Role.Value}' has content of the type {content?.GetType().Name ?? "null"}, but an ONNX language model reads text only. Remove the content, or use a client that supports it.");
            }
        }

        return message.Text;
    }
}

using AgentChain.Onnx.Language;
using Microsoft.Extensions.AI;
using AIMessage = Microsoft.Extensions.AI.ChatMessage;
using AIRole = Microsoft.Extensions.AI.ChatRole;
using ChatRole = AgentChain.Onnx.Language.ChatRole;

namespace AgentChain.Onnx.Extensions.AI;

/// <summary>Makes a prompt in the model's own format of the messages of a request. Text that the model cannot read is refused.</summary>
static class ChatPrompts
{
    /// <summary>Makes the prompt.</summary>
    /// <param name="messages">The messages of the request.</param>
    /// <param name="instructions">The instructions before them.</param>
    /// <param name="tools">What the system message says about tools, or null for nothing.</param>
    public static ChatPrompt Of(IEnumerable<AIMessage> messages, string? instructions, string? tools = null)
    {
        List<Language.ChatMessage> prompt = [];
        if (!string.IsNullOrEmpty(instructions))
        {
            prompt.Add(new(ChatRole.System, instructions));
        }

        int given = prompt.Count;
        bool isResult = false;
        foreach (AIMessage message in messages)
        {
            if (message is null)
            {
                throw new ArgumentException("A message is null.", nameof(messages));
            }

            (ChatRole role, string text) = (Role(message), Text(message));

            // The results of one round are one message to the model.
            if (isResult && message.Role == AIRole.Tool)
            {
                prompt[^1] = prompt[^1] with { Content = $"{prompt[^1].Content}\n{text}" };
            }
            else
            {
                prompt.Add(new(role, text));
            }

            isResult = message.Role == AIRole.Tool;
        }

        if (prompt.Count == given)
        {
            throw new ArgumentException("A request needs at least one message.", nameof(messages));
        }

        if (tools is not null)
        {
            if (prompt[0].Role == ChatRole.System)
            {
                prompt[0] = prompt[0] with { Content = $"{prompt[0].Content}\n\n{tools}" };
            }
            else
            {
                prompt.Insert(0, new(ChatRole.System, tools));
            }
        }

        return new(prompt);
    }

    static ChatRole Role(AIMessage message) =>
        message.Role == AIRole.System ? ChatRole.System
        : message.Role == AIRole.User ? ChatRole.User
        : message.Role == AIRole.Assistant ? ChatRole.Assistant
        : message.Role == AIRole.Tool && message.Contents.All(content => content is FunctionResultContent) ? ChatRole.User
        : throw new NotSupportedException(
            $"A message of the role '{message.Role.Value}' is not supported: an ONNX model reads the roles system, user, assistant, and tool with the results of calls.");

    static string Text(AIMessage message)
    {
        List<string> parts = [];
        foreach (AIContent content in message.Contents)
        {
            switch (content)
            {
                case FunctionCallContent call when message.Role == AIRole.Assistant:
                    parts.Add(ToolText.Write(call));
                    break;
                case FunctionResultContent result when message.Role == AIRole.Tool:
                    parts.Add(ToolText.Write(result));
                    break;
                case TextContent or TextReasoningContent or UsageContent:
                    // The text comes first, below. A model does not read its own earlier reasoning, and the usage is not part of the
                    // conversation.
                    break;
                default:
                    throw new NotSupportedException(
                        $"A message of the role '{message.Role.Value}' has content of the type {content?.GetType().Name ?? "null"}, which an ONNX language model does not read there. Remove the content, or use a client that supports it.");
            }
        }

        return parts.Count == 0 ? message.Text : string.Join('\n', message.Text.Length > 0 ? parts.Prepend(message.Text) : parts);
    }
}

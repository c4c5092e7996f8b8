using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI.Tests.Agents;

/// <summary>Messages as short lines, and the law that each call has one answer.</summary>
static class History
{
    public static string Line(ChatMessage message) => $"{message.Role}: {string.Join(" | ", message.Contents.Select(Part))}";

    public static string[] Lines(this IEnumerable<ChatMessage> messages) => [.. messages.Select(Line)];

    /// <summary>The status of an answer: that which the model is told, or completed for the tool's own result.</summary>
    public static string Status(FunctionResultContent answer) =>
        answer.Result is JsonElement { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("status", out JsonElement status)
            ? status.GetString()!
            : "completed";

    /// <summary>The answer as the oracle tells it: the tool's own text, or the status.</summary>
    public static string Answer(FunctionResultContent answer) => answer.Result as string ?? Status(answer);

    public static void AssertWhole(IReadOnlyList<ChatMessage> messages) => Assert.True(IsWhole(messages), string.Join('\n', messages.Lines()));

    /// <summary>Whether each call has exactly one answer, in the message after it and in its order.</summary>
    public static bool IsWhole(IReadOnlyList<ChatMessage> messages)
    {
        for (int i = 0; i <= messages.Count; i++)
        {
            string[] calls = i == 0 ? [] : [.. messages[i - 1].Contents.OfType<FunctionCallContent>().Select(call => call.CallId)];
            string[] answers = i == messages.Count ? [] : [.. messages[i].Contents.OfType<FunctionResultContent>().Select(one => one.CallId)];
            if (!calls.SequenceEqual(answers) || calls.Distinct().Count() != calls.Length)
            {
                return false;
            }
        }

        return true;
    }

    static string Part(AIContent content) => content switch
    {
        TextContent text => text.Text,
        FunctionCallContent call => $"{call.Name}#{call.CallId}",
        FunctionResultContent answer => $"#{answer.CallId}={(Status(answer) is "completed" ? answer.Result : Status(answer))}",
        _ => content.GetType().Name,
    };
}

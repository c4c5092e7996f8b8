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

    public static void AssertWhole(IReadOnlyList<ChatMessage> messages)
    {
        for (int i = 0; i < messages.Count; i++)
        {
            string[] calls = [.. messages[i].Contents.OfType<FunctionCallContent>().Select(call => call.CallId)];
            string[] answers = i + 1 < messages.Count ? [.. messages[i + 1].Contents.OfType<FunctionResultContent>().Select(one => one.CallId)] : [];
            Assert.Equal(calls, answers);
            Assert.Equal(calls.Distinct(), calls);
        }
    }

    static string Part(AIContent content) => content switch
    {
        TextContent text => text.Text,
        FunctionCallContent call => $"{call.Name}#{call.CallId}",
        FunctionResultContent answer => $"#{answer.CallId}={(Status(answer) is "completed" ? answer.Result : Status(answer))}",
        _ => content.GetType().Name,
    };
}

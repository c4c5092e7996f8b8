using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>A call whose tool exists and whose arguments fit: ready to be invoked.</summary>
sealed record PreparedCall(AgentTool Tool, string CallId, AIFunctionArguments Arguments, string CommitKey, string IdempotencyKey)
{
    /// <summary>Finds the tool of a call and checks the arguments.</summary>
    /// <param name="content">The call, as the model wrote it.</param>
    /// <param name="tools">The tools by name.</param>
    /// <param name="scope">What makes the idempotency keys of a turn unlike those of every other.</param>
    /// <param name="refusal">The answer to a call that cannot be run.</param>
    /// <returns>The call, or null if it cannot be run.</returns>
    public static PreparedCall? Of(
        FunctionCallContent content, IReadOnlyDictionary<string, AgentTool> tools, string scope, out ToolAnswer? refusal)
    {
        refusal = null;
        if (!tools.TryGetValue(content.Name, out AgentTool? tool))
        {
            refusal = ToolAnswer.Refused("unknown_tool", tools.Count == 0
                ? $"There is no tool '{content.Name}'. Answer without tools."
                : $"There is no tool '{content.Name}'. The tools are: {string.Join(", ", tools.Keys.Order(StringComparer.Ordinal))}.");
            return null;
        }

        if (content.Exception is not null)
        {
            refusal = ToolAnswer.Refused("invalid_arguments", $"The arguments of '{tool.Name}' are not valid JSON. Send one JSON object.");
            return null;
        }

        try
        {
            KeyValuePair<string, object?>[] given = [.. content.Arguments ?? new Dictionary<string, object?>()];
            JsonElement json = CanonicalJson.Of(given, AIJsonUtilities.DefaultOptions);
            List<string> problems = tool.Schema.Check(json);
            if (problems.Count > 0)
            {
                refusal = ToolAnswer.Refused("invalid_arguments", $"The arguments of '{tool.Name}' do not fit its schema: {string.Join("; ", problems)}.");
                return null;
            }

            string key = tool.CommitKeyOf is { } own ? own(Copy(given)) ?? "" : CanonicalJson.Text(json);
            string once = tool.IdempotencyKeyOf?.Invoke(Copy(given)) ?? Hash($"{scope}\n{tool.Name}\n{key}");
            return new(tool, content.CallId, Copy(given), key, once);
        }
        catch (Exception error)
        {
            refusal = ToolAnswer.Refused("invalid_arguments", $"The arguments of '{tool.Name}' cannot be read ({error.GetType().Name}). Send one JSON object that fits the schema.");
            return null;
        }
    }

    static AIFunctionArguments Copy(KeyValuePair<string, object?>[] given)
    {
        var arguments = new AIFunctionArguments(StringComparer.Ordinal);
        foreach ((string name, object? value) in given)
        {
            arguments[name] = value;
        }

        return arguments;
    }

    static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}

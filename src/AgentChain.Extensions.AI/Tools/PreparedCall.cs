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
            string name = Short(content.Name, 64);
            refusal = ToolAnswer.Refused("unknown_tool", tools.Count == 0
                ? $"There is no tool '{name}'. Answer without tools."
                : $"There is no tool '{name}'. The tools are: {string.Join(", ", tools.Keys.Order(StringComparer.Ordinal))}.");
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
                refusal = ToolAnswer.Refused("invalid_arguments", $"The arguments of '{tool.Name}' do not fit its schema: {string.Join("; ", problems.Select(problem => Short(problem, 400)))}.");
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

    /// <summary>Whether two calls have the same tool and the same arguments. Arguments that cannot be read equal only themselves.</summary>
    public static bool AreEqual(FunctionCallContent one, FunctionCallContent other)
    {
        if (one.Name != other.Name || one.Exception is null != other.Exception is null)
        {
            return false;
        }

        try
        {
            return ReferenceEquals(one.Arguments, other.Arguments) || TextOf(one) == TextOf(other);
        }
        catch (Exception)
        {
            return false;
        }

        static string TextOf(FunctionCallContent call) => CanonicalJson.Text(
            CanonicalJson.Of(call.Arguments ?? new Dictionary<string, object?>(), AIJsonUtilities.DefaultOptions));
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

    /// <summary>Bounds what an answer repeats of the model's own words.</summary>
    static string Short(string text, int most) => text.Length <= most ? text : $"{text.AsSpan(0, char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)}...";

    static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}

using System.Text.Json;

namespace AgentChain.Extensions.AI;

/// <summary>
/// Checks arguments against a tool's JSON schema. It knows the keywords that models and tools use: <c>type</c>, <c>enum</c>, <c>const</c>,
/// <c>properties</c>, <c>required</c>, <c>additionalProperties</c>, <c>items</c>, bounds of numbers, lengths and counts, <c>anyOf</c>,
/// <c>oneOf</c>, <c>allOf</c> and local <c>$ref</c>; it ignores others, as the tool itself still checks. Immutable.
/// </summary>
/// <remarks>
/// A library that knows all of JSON Schema would bring several packages into every host, among them one for pluralizing English, to
/// say what these keywords say.
/// </remarks>
sealed class ArgumentSchema
{
    const int MostLevels = 64;
    const int MostProblems = 8;

    // Choices inside choices can need more steps than there is time for.
    const int MostSteps = 100_000;

    readonly JsonElement _root;

    ArgumentSchema(JsonElement root) => _root = root;

    /// <summary>Reads a schema.</summary>
    /// <exception cref="AgentSetupException">The schema cannot be read.</exception>
    public static ArgumentSchema Read(string tool, JsonElement schema)
    {
        string? problem = schema.ValueKind is JsonValueKind.Object or JsonValueKind.True
            ? SchemaShape.Problem(schema, "$", schema, 0)
            : $"it is {Kind(schema)} instead of an object";
        return problem is null ? new(schema) : throw new AgentSetupException(
            tool, $"The JSON schema of the tool '{tool}' cannot be read: {problem}. Correct the schema, or leave the tool out.");
    }

    /// <summary>Returns the first problems of the arguments, by place, for the model to repair; empty if there are none.</summary>
    public List<string> Check(JsonElement arguments)
    {
        List<string> problems = [];
        int steps = 0;
        Check(_root, arguments, "arguments", problems, 0, ref steps);
        return steps <= MostSteps ? problems : ["arguments take too long to check against the schema; send simpler ones"];
    }

    internal static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => IsWhole(value) ? "integer" : "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Null => "null",
        _ => "undefined",
    };

    /// <summary>Resolves a local reference, such as <c>#/$defs/address</c>; null if it leads nowhere.</summary>
    internal static JsonElement? Resolve(JsonElement root, string reference)
    {
        if (reference is not ['#'] and not ['#', '/', ..])
        {
            return null;
        }

        JsonElement at = root;
        foreach (string part in reference.Split('/').Skip(1))
        {
            string name = Uri.UnescapeDataString(part).Replace("~1", "/", StringComparison.Ordinal)
                .Replace("~0", "~", StringComparison.Ordinal);
            if (at.ValueKind == JsonValueKind.Object && at.TryGetProperty(name, out JsonElement next))
            {
                at = next;
            }
            else if (at.ValueKind == JsonValueKind.Array && int.TryParse(name, out int index) && index >= 0 && index < at.GetArrayLength())
            {
                at = at[index];
            }
            else
            {
                return null;
            }
        }

        return at;
    }

    static bool IsWhole(JsonElement value) =>
        value.TryGetInt64(out _) || (value.TryGetDouble(out double number) && Math.Floor(number) == number && double.IsFinite(number));

    void Check(JsonElement schema, JsonElement value, string at, List<string> problems, int level, ref int steps)
    {
        if (++steps > MostSteps || problems.Count >= MostProblems || schema.ValueKind == JsonValueKind.True)
        {
            return;
        }

        if (level > MostLevels)
        {
            problems.Add($"{at} is nested too deeply");
            return;
        }

        if (schema.ValueKind == JsonValueKind.False)
        {
            problems.Add($"{at} is not allowed");
            return;
        }

        if (schema.TryGetProperty("$ref", out JsonElement reference) && Resolve(_root, reference.GetString()!) is { } target)
        {
            Check(target, value, at, problems, level + 1, ref steps);
        }

        if (schema.TryGetProperty("type", out JsonElement type) && !HasType(type, value))
        {
            problems.Add($"{at} must be {Types(type)}, not {Kind(value)}");
            return;
        }

        if (schema.TryGetProperty("enum", out JsonElement values)
            && !values.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)))
        {
            problems.Add($"{at} must be one of {Short(values)}");
        }

        if (schema.TryGetProperty("const", out JsonElement only) && !JsonElement.DeepEquals(only, value))
        {
            problems.Add($"{at} must be {Short(only)}");
        }

        SchemaBounds.Check(schema, value, at, problems);
        CheckMembers(schema, value, at, problems, level, ref steps);
        CheckChoices(schema, value, at, problems, level, ref steps);
    }

    void CheckMembers(JsonElement schema, JsonElement value, string at, List<string> problems, int level, ref int steps)
    {
        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out JsonElement items))
        {
            int index = 0;
            foreach (JsonElement item in value.EnumerateArray())
            {
                Check(items, item, $"{at}[{index++}]", problems, level + 1, ref steps);
            }
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        if (schema.TryGetProperty("required", out JsonElement required))
        {
            foreach (JsonElement name in required.EnumerateArray())
            {
                if (!value.TryGetProperty(name.GetString()!, out _) && problems.Count < MostProblems)
                {
                    problems.Add($"{at}.{name.GetString()} is missing");
                }
            }
        }

        bool hasProperties = schema.TryGetProperty("properties", out JsonElement properties);
        bool hasMore = schema.TryGetProperty("additionalProperties", out JsonElement more)
            && !schema.TryGetProperty("patternProperties", out _);
        foreach (JsonProperty member in value.EnumerateObject())
        {
            if (hasProperties && properties.TryGetProperty(member.Name, out JsonElement known))
            {
                Check(known, member.Value, $"{at}.{member.Name}", problems, level + 1, ref steps);
            }
            else if (hasMore)
            {
                Check(more, member.Value, $"{at}.{member.Name}", problems, level + 1, ref steps);
            }
        }
    }

    void CheckChoices(JsonElement schema, JsonElement value, string at, List<string> problems, int level, ref int steps)
    {
        if (schema.TryGetProperty("allOf", out JsonElement all))
        {
            foreach (JsonElement one in all.EnumerateArray())
            {
                Check(one, value, at, problems, level + 1, ref steps);
            }
        }

        if (schema.TryGetProperty("anyOf", out JsonElement any) && CountFits(any, value, at, level, 1, ref steps) < 1)
        {
            problems.Add($"{at} fits none of the allowed forms");
        }

        if (schema.TryGetProperty("oneOf", out JsonElement single) && CountFits(single, value, at, level, 2, ref steps) != 1)
        {
            problems.Add($"{at} must fit exactly one of the allowed forms");
        }
    }

    /// <summary>Counts the schemas that a value fits, up to a number that is enough.</summary>
    int CountFits(JsonElement schemas, JsonElement value, string at, int level, int enough, ref int steps)
    {
        int count = 0;
        foreach (JsonElement schema in schemas.EnumerateArray())
        {
            List<string> problems = [];
            Check(schema, value, at, problems, level + 1, ref steps);
            count += problems.Count == 0 ? 1 : 0;
            if (count == enough || steps > MostSteps)
            {
                break;
            }
        }

        return count;
    }

    static bool HasType(JsonElement type, JsonElement value) => type.ValueKind == JsonValueKind.Array
        ? type.EnumerateArray().Any(one => HasType(one, value))
        : Kind(value) is var kind && (kind == type.GetString() || (kind == "integer" && type.GetString() == "number"));

    static string Types(JsonElement type) =>
        type.ValueKind == JsonValueKind.Array
            ? string.Join(" or ", type.EnumerateArray().Select(one => one.GetString()))
            : type.GetString()!;

    static string Short(JsonElement value) => value.GetRawText() is { Length: <= 200 } text ? text : value.GetRawText()[..200] + "...";
}

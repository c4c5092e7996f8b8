using System.Text.Json;

namespace AgentChain.Extensions.AI;

/// <summary>Checks that a JSON schema can be read, so that a mistake is found when the agent is made and not in a turn.</summary>
static class SchemaShape
{
    const int MostLevels = 64;

    static readonly string[] Types = ["object", "array", "string", "number", "integer", "boolean", "null"];

    /// <summary>Returns the first problem of a schema, with its place; null if there is none.</summary>
    public static string? Problem(JsonElement schema, string at, JsonElement root, int level)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return null;
        }

        if (schema.ValueKind != JsonValueKind.Object)
        {
            return $"{at} is {ArgumentSchema.Kind(schema)} instead of a schema";
        }

        if (level > MostLevels)
        {
            return $"{at} is nested too deeply";
        }

        foreach (JsonProperty keyword in schema.EnumerateObject())
        {
            string place = $"{at}.{keyword.Name}";
            string? problem = keyword.Name switch
            {
                "type" => keyword.Value.ValueKind == JsonValueKind.Array
                    ? keyword.Value.EnumerateArray().Select(one => TypeProblem(one, place)).FirstOrDefault(one => one is not null)
                    : TypeProblem(keyword.Value, place),
                "required" => keyword.Value.ValueKind == JsonValueKind.Array && keyword.Value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String)
                    ? null
                    : $"{place} is not an array of names",
                "enum" => keyword.Value.ValueKind == JsonValueKind.Array ? null : $"{place} is not an array",
                "$ref" => keyword.Value.ValueKind == JsonValueKind.String && ArgumentSchema.Resolve(root, keyword.Value.GetString()!) is { } target
                    && target.ValueKind is JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False
                    ? null
                    : $"{place} leads to no schema inside this one",
                "properties" or "$defs" or "definitions" => keyword.Value.ValueKind == JsonValueKind.Object
                    ? keyword.Value.EnumerateObject().Select(one => Problem(one.Value, $"{place}.{one.Name}", root, level + 1)).FirstOrDefault(one => one is not null)
                    : $"{place} is not an object",
                "items" or "additionalProperties" => Problem(keyword.Value, place, root, level + 1),
                "anyOf" or "oneOf" or "allOf" => keyword.Value.ValueKind == JsonValueKind.Array
                    ? keyword.Value.EnumerateArray().Select(one => Problem(one, place, root, level + 1)).FirstOrDefault(one => one is not null)
                    : $"{place} is not an array",
                _ => null,
            };
            if (problem is not null)
            {
                return problem;
            }
        }

        return null;
    }

    static string? TypeProblem(JsonElement type, string at) =>
        type.ValueKind == JsonValueKind.String && Types.Contains(type.GetString()) ? null : $"{at} is none of {string.Join(", ", Types)}";
}

using System.Globalization;
using System.Text.Json;

namespace AgentChain.Extensions.AI;

/// <summary>The bounds of a JSON schema: of numbers, of the length of texts, and of the number of items.</summary>
static class SchemaBounds
{
    public static void Check(JsonElement schema, JsonElement value, string at, List<string> problems)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Number when value.TryGetDouble(out double number):
                Least("minimum", number, "");
                Most("maximum", number, "");
                if (Bound("exclusiveMinimum") is { } above && number <= above)
                {
                    problems.Add(string.Create(CultureInfo.InvariantCulture, $"{at} must be greater than {above}"));
                }

                if (Bound("exclusiveMaximum") is { } below && number >= below)
                {
                    problems.Add(string.Create(CultureInfo.InvariantCulture, $"{at} must be less than {below}"));
                }

                break;
            case JsonValueKind.String:
                int length = value.GetString()!.EnumerateRunes().Count();
                Least("minLength", length, " characters");
                Most("maxLength", length, " characters");
                break;
            case JsonValueKind.Array:
                Least("minItems", value.GetArrayLength(), " items");
                Most("maxItems", value.GetArrayLength(), " items");
                break;
            default:
                break;
        }

        double? Bound(string name) =>
            schema.TryGetProperty(name, out JsonElement bound)
                && bound.ValueKind == JsonValueKind.Number && bound.TryGetDouble(out double limit)
                ? limit
                : null;

        void Least(string name, double size, string unit)
        {
            if (Bound(name) is { } least && size < least)
            {
                problems.Add(
                    string.Create(CultureInfo.InvariantCulture, $"{at} must {(unit.Length == 0 ? "be" : "have")} at least {least}{unit}"));
            }
        }

        void Most(string name, double size, string unit)
        {
            if (Bound(name) is { } most && size > most)
            {
                problems.Add(
                    string.Create(CultureInfo.InvariantCulture, $"{at} must {(unit.Length == 0 ? "be" : "have")} at most {most}{unit}"));
            }
        }
    }
}

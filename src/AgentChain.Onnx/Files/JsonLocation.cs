using System.Globalization;
using System.Text;

namespace AgentChain.Onnx.Files;

/// <summary>Represents the place of a value in a JSON file: the fields and positions that lead to it. Immutable.</summary>
sealed class JsonLocation(JsonLocation? parent, string? name, int index)
{
    const int LongestName = 60;

    /// <summary>Returns the place, for example <c>model.merges[12]</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Append(text);
        return text.ToString();
    }

    void Append(StringBuilder text)
    {
        parent?.Append(text);
        if (name is null)
        {
            text.Append(CultureInfo.InvariantCulture, $"[{index}]");
            return;
        }

        text.Append(text.Length > 0 ? "." : "");
        foreach (char c in name.AsSpan(0, Math.Min(name.Length, LongestName)))
        {
            text.Append(char.IsControl(c) || char.IsSurrogate(c) ? '?' : c);
        }

        text.Append(name.Length > LongestName ? "..." : "");
    }
}

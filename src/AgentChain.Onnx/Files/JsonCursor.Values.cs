using System.Globalization;
using System.Text.Json;

namespace AgentChain.Onnx.Files;

/// <content>Reads texts, numbers and flags.</content>
readonly partial struct JsonCursor
{
    /// <summary>The default maximum length of a text: names, patterns, paths.</summary>
    public const int LongestText = 4096;

    const int MostIntegers = 1 << 16;

    /// <summary>Returns a text.</summary>
    /// <param name="longest">The maximum number of characters.</param>
    public string Text(int longest = LongestText)
    {
        if (!IsText)
        {
            throw WrongKind("a string");
        }

        try
        {
            string text = _value.GetString()!;
            return text.Length <= longest ? text : throw Wrong(string.Create(CultureInfo.InvariantCulture, $"has {text.Length:N0} characters; at most {longest:N0} are read."));
        }
        catch (InvalidOperationException error)
        {
            throw Wrong("is not valid Unicode: it contains half of a surrogate pair.", error);
        }
    }

    /// <summary>Returns a field's text, or another value if the field is absent.</summary>
    public string Text(string name, string otherwise, int longest = LongestText) => Optional(name)?.Text(longest) ?? otherwise;

    /// <summary>Returns a whole number.</summary>
    public int Integer(int least, int most)
    {
        if (_value.ValueKind != JsonValueKind.Number)
        {
            throw WrongKind("a number");
        }

        return _value.TryGetInt32(out int value) && value >= least && value <= most
            ? value
            : throw Wrong(string.Create(CultureInfo.InvariantCulture, $"is {Cut(_value.GetRawText())}; a whole number from {least} to {most} is required."));
    }

    /// <summary>Returns a field's whole number, or another value if the field is absent.</summary>
    public int Integer(string name, int otherwise, int least, int most) => Optional(name)?.Integer(least, most) ?? otherwise;

    /// <summary>Returns a field that is a whole number or an array of them; empty if it is absent or null.</summary>
    public int[] Integers(string name, int least = 0) => Optional(name) is not { } value ? []
        : value.IsArray
            ? [.. value.Items(MostIntegers).Select(item => item.Integer(least, int.MaxValue))]
            : [value.Integer(least, int.MaxValue)];

    /// <summary>Returns a number.</summary>
    public double Number(double least, double most)
    {
        if (_value.ValueKind != JsonValueKind.Number)
        {
            throw WrongKind("a number");
        }

        return _value.TryGetDouble(out double value) && value >= least && value <= most
            ? value
            : throw Wrong(string.Create(CultureInfo.InvariantCulture, $"is {Cut(_value.GetRawText())}; a number from {least} to {most} is required."));
    }

    /// <summary>Returns a field's number, or another value if the field is absent.</summary>
    public double Number(string name, double otherwise, double least, double most) => Optional(name)?.Number(least, most) ?? otherwise;

    /// <summary>Returns true or false.</summary>
    public bool Flag() => _value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw WrongKind("true or false"),
    };

    /// <summary>Returns a field's flag, or another value if the field is absent.</summary>
    public bool Flag(string name, bool otherwise = false) => Optional(name)?.Flag() ?? otherwise;
}

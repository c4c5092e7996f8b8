using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Reads the patterns, post-processor and decoder of a <c>tokenizer.json</c>.</summary>
static class TokenizerParts
{
    public static PostProcessor Post(JsonElement part)
    {
        switch (Type(part))
        {
            case "ByteLevel":
                return PostProcessor.None;
            case "TemplateProcessing":
                return Template(part);
            case "BertProcessing" or "RobertaProcessing":
                return new PostProcessor([part.GetProperty("cls")[1].GetInt32()], [part.GetProperty("sep")[1].GetInt32()]);
            case "Sequence":
                PostProcessor[] parts = [.. part.GetProperty("processors").EnumerateArray().Select(Post)];
                return new PostProcessor([.. parts.Reverse().SelectMany(p => p.Before)], [.. parts.SelectMany(p => p.Behind)]);
            default:
                throw Unsupported("post_processor", part, "ByteLevel, TemplateProcessing, BertProcessing, RobertaProcessing and Sequence");
        }
    }

    public static bool DropsFirstSpace(JsonElement decoder) => Type(decoder) switch
    {
        "Metaspace" => PreTokenizerReader.PrependScheme(decoder) != "never",
        "Strip" => decoder.GetProperty("start").GetInt32() > 0,
        "Sequence" => decoder.GetProperty("decoders").EnumerateArray().Any(DropsFirstSpace),
        _ => false,
    };

    /// <summary>Reads the pattern of a Split pre-tokenizer or a Replace normalizer.</summary>
    public static TextMatcher Pattern(JsonElement part)
    {
        JsonElement pattern = part.GetProperty("pattern");
        bool isRegex = pattern.TryGetProperty("Regex", out JsonElement written);
        string text = isRegex ? written.GetString()! : pattern.GetProperty("String").GetString()!;
        if (!isRegex && text.Length > 0)
        {
            return new StringMatcher(text);
        }

        try
        {
            return new RegexMatcher(text);
        }
        catch (RegexParseException error)
        {
            throw new TokenizerFormatException($"The pattern '{text}' of the {Type(part)} cannot be parsed: {error.Message}", error);
        }
    }

    public static string Type(JsonElement part) => part.GetProperty("type").GetString() ?? "";

    public static TokenizerFormatException Unsupported(string kind, JsonElement part, string supported) =>
        new($"The {kind} '{Type(part)}' is not supported; the supported types are {supported}.");

    static PostProcessor Template(JsonElement part)
    {
        JsonElement special = part.GetProperty("special_tokens");
        var before = ImmutableArray.CreateBuilder<int>();
        var behind = ImmutableArray.CreateBuilder<int>();
        ImmutableArray<int>.Builder current = before;
        foreach (JsonElement piece in part.GetProperty("single").EnumerateArray())
        {
            if (piece.TryGetProperty("SpecialToken", out JsonElement token))
            {
                current.AddRange(special.GetProperty(token.GetProperty("id").GetString()!).GetProperty("ids").EnumerateArray().Select(i => i.GetInt32()));
            }
            else
            {
                current = behind;
            }
        }

        return new PostProcessor(before.ToImmutable(), behind.ToImmutable());
    }
}

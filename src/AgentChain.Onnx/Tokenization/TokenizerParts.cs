using System.Collections.Immutable;
using System.Text;
using AgentChain.Onnx.Files;
using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Reads the patterns, post-processor and decoder of a <c>tokenizer.json</c>.</summary>
static class TokenizerParts
{
    public static PostProcessor Post(JsonCursor part)
    {
        switch (Type(part))
        {
            case "ByteLevel":
                return PostProcessor.None;
            case "TemplateProcessing":
                return Template(part);
            case "BertProcessing" or "RobertaProcessing":
                return new PostProcessor([IdOfPair(part.Field("cls"))], [IdOfPair(part.Field("sep"))]);
            case "Sequence":
                PostProcessor[] parts = [.. part.Field("processors").Items(TokenizerLimits.Parts).Select(Post)];
                return Checked(part, [.. parts.Reverse().SelectMany(p => p.Before)], [.. parts.SelectMany(p => p.Behind)]);
            default:
                throw Unsupported(part, "ByteLevel, TemplateProcessing, BertProcessing, RobertaProcessing and Sequence");
        }
    }

    public static bool DropsFirstSpace(JsonCursor decoder) => Type(decoder) switch
    {
        "Metaspace" => PreTokenizerReader.PrependScheme(decoder) != "never",
        "Strip" => decoder.Field("start").Integer(0, int.MaxValue) > 0,
        "Sequence" => decoder.Field("decoders").Items(TokenizerLimits.Parts).Any(DropsFirstSpace),
        _ => false,
    };

    /// <summary>Reads the pattern of a Split pre-tokenizer or a Replace normalizer.</summary>
    public static TextMatcher Pattern(JsonCursor part)
    {
        JsonCursor pattern = part.Field("pattern");
        JsonCursor? regex = pattern.Optional("Regex");
        JsonCursor written = regex ?? pattern.Field("String");
        string text = written.Text(TokenizerLimits.Pattern);
        if (regex is null && text.Length > 0)
        {
            return new StringMatcher(text);
        }

        try
        {
            return new RegexMatcher(text, written.Name);
        }
        catch (Exception error) when (error is ArgumentException or FormatException)
        {
            throw written.Wrong($"is the pattern {ModelFile.Quote(text)}, which cannot be parsed: {error.Message}", error);
        }
    }

    /// <summary>Reads a text of exactly one character.</summary>
    public static string Character(JsonCursor field)
    {
        string text = field.Text();
        return Rune.DecodeFromUtf16(text, out _, out int length) == System.Buffers.OperationStatus.Done && length == text.Length
            ? text
            : throw field.Wrong($"is {ModelFile.Quote(text)}; exactly one character is required.");
    }

    public static string Type(JsonCursor part) => part.Field("type").Text();

    public static OnnxModelException Unsupported(JsonCursor part, string supported) =>
        part.Field("type").Wrong($"is {ModelFile.Quote(Type(part))}, which is not supported; the supported types are {supported}.");

    static int IdOfPair(JsonCursor pair) => pair.Count(2) == 2
        ? pair.Items(2).Last().Integer(0, TokenizerLimits.Id)
        : throw pair.Wrong("is not a pair of a token and its ID.");

    static PostProcessor Template(JsonCursor part)
    {
        JsonCursor special = part.Field("special_tokens");
        List<int> before = [], behind = [], current = before;
        foreach (JsonCursor piece in part.Field("single").Items(TokenizerLimits.Template))
        {
            if (piece.Optional("SpecialToken") is { } token)
            {
                JsonCursor ids = special.Field(token.Field("id").Text()).Field("ids");
                current.AddRange(ids.Items(TokenizerLimits.Template).Select(id => id.Integer(0, TokenizerLimits.Id)));
            }
            else
            {
                current = behind;
            }
        }

        return Checked(part, [.. before], [.. behind]);
    }

    static PostProcessor Checked(JsonCursor part, ImmutableArray<int> before, ImmutableArray<int> behind) =>
        before.Length <= TokenizerLimits.Template && behind.Length <= TokenizerLimits.Template
            ? new PostProcessor(before, behind)
            : throw part.Wrong($"adds {Math.Max(before.Length, behind.Length)} tokens on one side of a text; at most {TokenizerLimits.Template} are supported.");
}

using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Reads the normaliser, pre-tokenizer, post-processor and decoder of a <c>tokenizer.json</c>.</summary>
static class TokenizerParts
{
    public static Normalizer Normalizer(JsonElement part)
    {
        switch (Type(part))
        {
            case "NFC": return new UnicodeFormNormalizer(NormalizationForm.FormC);
            case "NFD": return new UnicodeFormNormalizer(NormalizationForm.FormD);
            case "NFKC": return new UnicodeFormNormalizer(NormalizationForm.FormKC);
            case "NFKD": return new UnicodeFormNormalizer(NormalizationForm.FormKD);
            case "Lowercase": return new LowercaseNormalizer();
            case "StripAccents": return new StripAccentsNormalizer();
            case "Prepend": return new PrependNormalizer(TokenizerReader.Text(part, "prepend"));
            case "Strip": return new StripNormalizer(TokenizerReader.Flag(part, "strip_left"), TokenizerReader.Flag(part, "strip_right"));
            case "Replace" when part.GetProperty("pattern").TryGetProperty("String", out JsonElement pattern):
                return new ReplaceNormalizer(pattern.GetString()!, TokenizerReader.Text(part, "content"));
            case "Sequence":
                return new SequenceNormalizer([.. part.GetProperty("normalizers").EnumerateArray().Select(Normalizer)]);
            case "BertNormalizer":
                bool lowercase = TokenizerReader.Flag(part, "lowercase", true);
                return new BertNormalizer(
                    TokenizerReader.Flag(part, "clean_text", true), TokenizerReader.Flag(part, "handle_chinese_chars", true),
                    TokenizerReader.Flag(part, "strip_accents", lowercase), lowercase);
            default: throw Unsupported("normalizer", part);
        }
    }

    /// <summary>What a pre-tokenizer does to the text itself, before it splits it.</summary>
    public static Normalizer? ImpliedNormalizer(JsonElement part) => Type(part) switch
    {
        "ByteLevel" => TokenizerReader.Flag(part, "add_prefix_space", true) ? new PrefixSpaceNormalizer() : null,
        "Metaspace" => new MetaspaceNormalizer(
            TokenizerReader.Text(part, "replacement", "\u2581"),
            TokenizerReader.Text(part, "prepend_scheme", TokenizerReader.Flag(part, "add_prefix_space", true) ? "always" : "never")),
        "Sequence" => part.GetProperty("pretokenizers").EnumerateArray().Select(ImpliedNormalizer).OfType<Normalizer>().FirstOrDefault(),
        _ => null,
    };

    public static bool IsByteLevel(JsonElement part) => Type(part) switch
    {
        "ByteLevel" => true,
        "Sequence" => part.GetProperty("pretokenizers").EnumerateArray().Any(IsByteLevel),
        _ => false,
    };

    public static PreTokenizer PreTokenizer(JsonElement part)
    {
        switch (Type(part))
        {
            case "ByteLevel":
                return TokenizerReader.Flag(part, "use_regex", true) ? new RegexPreTokenizer(RegexPreTokenizer.Gpt2) : new WholePreTokenizer();
            case "Split":
                return Split(part);
            case "Whitespace":
                return new RegexPreTokenizer(@"\w+|[^\w\s]+", SplitBehavior.Removed, invert: true);
            case "WhitespaceSplit":
                return new RegexPreTokenizer(@"\s+", SplitBehavior.Removed);
            case "Digits":
                return new RegexPreTokenizer(TokenizerReader.Flag(part, "individual_digits") ? @"\p{N}" : @"\p{N}+");
            case "BertPreTokenizer":
                return new BertPreTokenizer();
            case "Metaspace":
                return TokenizerReader.Flag(part, "split", true)
                    ? new MetaspacePreTokenizer(TokenizerReader.Text(part, "replacement", "\u2581")[0])
                    : new WholePreTokenizer();
            case "Sequence":
                return new SequencePreTokenizer([.. part.GetProperty("pretokenizers").EnumerateArray().Select(PreTokenizer)]);
            default:
                throw Unsupported("pre_tokenizer", part);
        }
    }

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
                throw Unsupported("post_processor", part);
        }
    }

    public static bool DropsFirstSpace(JsonElement decoder) => Type(decoder) switch
    {
        "Metaspace" => TokenizerReader.Text(decoder, "prepend_scheme", TokenizerReader.Flag(decoder, "add_prefix_space", true) ? "always" : "never") != "never",
        "Strip" => decoder.GetProperty("start").GetInt32() > 0,
        "Sequence" => decoder.GetProperty("decoders").EnumerateArray().Any(DropsFirstSpace),
        _ => false,
    };

    static RegexPreTokenizer Split(JsonElement part)
    {
        JsonElement pattern = part.GetProperty("pattern");
        string regex = pattern.TryGetProperty("Regex", out JsonElement written)
            ? written.GetString()!
            : Regex.Escape(pattern.GetProperty("String").GetString()!);
        SplitBehavior behavior = TokenizerReader.Text(part, "behavior") switch
        {
            "Isolated" => SplitBehavior.Isolated,
            "Removed" => SplitBehavior.Removed,
            string other => throw new TokenizerFormatException($"Its Split pre-tokenizer has the behaviour '{other}'; supported are Isolated and Removed."),
        };
        try
        {
            return new RegexPreTokenizer(regex, behavior, TokenizerReader.Flag(part, "invert"));
        }
        catch (RegexParseException error)
        {
            throw new TokenizerFormatException($"Its splitting pattern '{regex}' does not parse: {error.Message}", error);
        }
    }

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

    static string Type(JsonElement part) => part.GetProperty("type").GetString() ?? "";

    static TokenizerFormatException Unsupported(string what, JsonElement part) => new($"Its {what} '{Type(part)}' is not supported.");
}

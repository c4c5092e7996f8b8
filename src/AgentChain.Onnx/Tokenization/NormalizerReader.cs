using System.Text;
using System.Text.Json;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Reads the <c>normalizer</c> of a <c>tokenizer.json</c>.</summary>
static class NormalizerReader
{
    public static Normalizer Read(JsonElement part)
    {
        switch (TokenizerParts.Type(part))
        {
            case "NFC": return new UnicodeFormNormalizer(NormalizationForm.FormC);
            case "NFD": return new UnicodeFormNormalizer(NormalizationForm.FormD);
            case "NFKC": return new UnicodeFormNormalizer(NormalizationForm.FormKC);
            case "NFKD": return new UnicodeFormNormalizer(NormalizationForm.FormKD);
            case "Lowercase": return new LowercaseNormalizer();
            case "StripAccents": return new StripAccentsNormalizer();
            case "Prepend": return new PrependNormalizer(TokenizerReader.Text(part, "prepend"));
            case "Strip": return new StripNormalizer(TokenizerReader.Flag(part, "strip_left"), TokenizerReader.Flag(part, "strip_right"));
            case "Replace": return new ReplaceNormalizer(TokenizerParts.Pattern(part), TokenizerReader.Text(part, "content"));
            case "Nmt": return new NmtNormalizer();
            case "ByteLevel": return new ByteLevelNormalizer();
            case "Sequence":
                return new SequenceNormalizer([.. part.GetProperty("normalizers").EnumerateArray().Select(Read)]);
            case "BertNormalizer":
                bool lowercase = TokenizerReader.Flag(part, "lowercase", true);
                return new BertNormalizer(
                    TokenizerReader.Flag(part, "clean_text", true), TokenizerReader.Flag(part, "handle_chinese_chars", true),
                    TokenizerReader.Flag(part, "strip_accents", lowercase), lowercase);
            default:
                throw TokenizerParts.Unsupported(
                    "normalizer", part, "NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, Prepend, Strip, Replace, Nmt, ByteLevel, BertNormalizer and Sequence");
        }
    }

    /// <summary>Whether the normalizer writes bytes as characters of the byte-level alphabet.</summary>
    public static bool IsByteLevel(JsonElement part) => TokenizerParts.Type(part) switch
    {
        "ByteLevel" => true,
        "Sequence" => part.GetProperty("normalizers").EnumerateArray().Any(IsByteLevel),
        _ => false,
    };
}

using System.Text;
using AgentChain.Onnx.Files;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Reads the <c>normalizer</c> of a <c>tokenizer.json</c>.</summary>
static class NormalizerReader
{
    public static Normalizer Read(JsonCursor part)
    {
        switch (TokenizerParts.Type(part))
        {
            case "NFC": return new UnicodeFormNormalizer(NormalizationForm.FormC);
            case "NFD": return new UnicodeFormNormalizer(NormalizationForm.FormD);
            case "NFKC": return new UnicodeFormNormalizer(NormalizationForm.FormKC);
            case "NFKD": return new UnicodeFormNormalizer(NormalizationForm.FormKD);
            case "Lowercase": return new LowercaseNormalizer();
            case "StripAccents": return new StripAccentsNormalizer();
            case "Prepend": return new PrependNormalizer(part.Text("prepend", "", TokenizerLimits.Content));
            case "Strip": return new StripNormalizer(part.Flag("strip_left"), part.Flag("strip_right"));
            case "Replace": return new ReplaceNormalizer(TokenizerParts.Pattern(part), part.Text("content", "", TokenizerLimits.Content));
            case "Nmt": return new NmtNormalizer();
            case "ByteLevel": return new ByteLevelNormalizer();
            case "Sequence":
                return new SequenceNormalizer([.. part.Field("normalizers").Items(TokenizerLimits.Parts).Select(Read)]);
            case "BertNormalizer":
                bool lowercase = part.Flag("lowercase", true);
                return new BertNormalizer(
                    part.Flag("clean_text", true), part.Flag("handle_chinese_chars", true),
                    part.Flag("strip_accents", lowercase), lowercase);
            default:
                throw TokenizerParts.Unsupported(
                    part, "NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, Prepend, Strip, Replace, Nmt, ByteLevel, BertNormalizer and Sequence");
        }
    }

    /// <summary>Whether the normalizer writes bytes as characters of the byte-level alphabet.</summary>
    public static bool IsByteLevel(JsonCursor part) => TokenizerParts.Type(part) switch
    {
        "ByteLevel" => true,
        "Sequence" => part.Field("normalizers").Items(TokenizerLimits.Parts).Any(IsByteLevel),
        _ => false,
    };
}

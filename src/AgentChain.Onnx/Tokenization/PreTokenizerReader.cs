using System.Text;
using System.Text.Json;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Reads the <c>pre_tokenizer</c> of a <c>tokenizer.json</c>.</summary>
static class PreTokenizerReader
{
    /// <summary>Reads a pre-tokenizer.</summary>
    /// <param name="part">The JSON of the pre-tokenizer.</param>
    /// <param name="modelSpells">Whether the model writes bytes in the byte-level alphabet, if this is the last part.</param>
    public static PreTokenizer Read(JsonElement part, bool modelSpells)
    {
        switch (TokenizerParts.Type(part))
        {
            case "ByteLevel":
                bool prefixSpace = TokenizerReader.Flag(part, "add_prefix_space", true), splits = TokenizerReader.Flag(part, "use_regex", true);
                return prefixSpace || splits || !modelSpells ? new ByteLevelPreTokenizer(prefixSpace, splits, !modelSpells) : new WholePreTokenizer();
            case "Split":
                return new SplitPreTokenizer(TokenizerParts.Pattern(part), Behavior(part, ""), TokenizerReader.Flag(part, "invert"));
            case "Whitespace":
                return new SplitPreTokenizer(
                    new RegexMatcher($@"[{OnigurumaPattern.Word}\u200C\u200D]+|[^{OnigurumaPattern.Word}\u200C\u200D\s]+"), SplitBehavior.Removed, invert: true);
            case "WhitespaceSplit":
                return new SplitPreTokenizer(new CharacterMatcher(Rune.IsWhiteSpace), SplitBehavior.Removed);
            case "CharDelimiterSplit":
                return new SplitPreTokenizer(new StringMatcher(part.GetProperty("delimiter").GetString()!), SplitBehavior.Removed);
            case "Digits":
                return new SplitPreTokenizer(
                    new CharacterMatcher(UnicodeText.IsNumeric), TokenizerReader.Flag(part, "individual_digits") ? SplitBehavior.Isolated : SplitBehavior.Contiguous);
            case "Punctuation":
                return new SplitPreTokenizer(new CharacterMatcher(UnicodeText.IsPunctuation), Behavior(part, "Isolated"));
            case "BertPreTokenizer":
                return new BertPreTokenizer();
            case "Metaspace":
                return new MetaspacePreTokenizer(
                    TokenizerReader.Text(part, "replacement", "\u2581"), PrependScheme(part), TokenizerReader.Flag(part, "split", true));
            case "Sequence":
                JsonElement parts = part.GetProperty("pretokenizers");
                int last = parts.GetArrayLength() - 1;
                PreTokenizer[] read = [.. parts.EnumerateArray().Select((p, i) => Read(p, modelSpells && i == last)).Where(p => p is not WholePreTokenizer)];
                return read.Length == 1 ? read[0] : new SequencePreTokenizer(read);
            default:
                throw TokenizerParts.Unsupported(
                    "pre_tokenizer", part,
                    "ByteLevel, Split, Whitespace, WhitespaceSplit, CharDelimiterSplit, Digits, Punctuation, BertPreTokenizer, Metaspace and Sequence");
        }
    }

    /// <summary>Whether the pre-tokenizer writes bytes as characters of the byte-level alphabet.</summary>
    public static bool IsByteLevel(JsonElement part) => TokenizerParts.Type(part) switch
    {
        "ByteLevel" => true,
        "Sequence" => part.GetProperty("pretokenizers").EnumerateArray().Any(IsByteLevel),
        _ => false,
    };

    /// <summary>Whether the last part does so, which the model can do instead.</summary>
    public static bool EndsByteLevel(JsonElement part) => TokenizerParts.Type(part) switch
    {
        "ByteLevel" => true,
        "Sequence" => part.GetProperty("pretokenizers").EnumerateArray().Select(EndsByteLevel).LastOrDefault(),
        _ => false,
    };

    /// <summary>Returns when to prepend a metaspace to a text: always, first or never. Older files have a flag instead.</summary>
    public static string PrependScheme(JsonElement part) =>
        TokenizerReader.Text(part, "prepend_scheme", TokenizerReader.Flag(part, "add_prefix_space", true) ? "always" : "never");

    static SplitBehavior Behavior(JsonElement part, string otherwise) => TokenizerReader.Text(part, "behavior", otherwise) switch
    {
        "Isolated" => SplitBehavior.Isolated,
        "Removed" => SplitBehavior.Removed,
        "Contiguous" => SplitBehavior.Contiguous,
        "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
        "MergedWithNext" => SplitBehavior.MergedWithNext,
        string other => throw new TokenizerFormatException(
            $"The {TokenizerParts.Type(part)} pre-tokenizer has the unsupported behavior '{other}'; the supported behaviors are Isolated, Removed, Contiguous, MergedWithPrevious and MergedWithNext."),
    };
}

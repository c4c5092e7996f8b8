using System.Text;
using AgentChain.Onnx.Files;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Reads the <c>pre_tokenizer</c> of a <c>tokenizer.json</c>.</summary>
static class PreTokenizerReader
{
    /// <summary>Reads a pre-tokenizer.</summary>
    /// <param name="part">The JSON of the pre-tokenizer.</param>
    /// <param name="modelSpells">Whether the model writes bytes in the byte-level alphabet, if this is the last part.</param>
    public static PreTokenizer Read(JsonCursor part, bool modelSpells)
    {
        switch (TokenizerParts.Type(part))
        {
            case "ByteLevel":
                bool prefixSpace = part.Flag("add_prefix_space", true), splits = part.Flag("use_regex", true);
                return prefixSpace || splits || !modelSpells
                    ? new ByteLevelPreTokenizer(prefixSpace, splits, !modelSpells)
                    : new WholePreTokenizer();
            case "Split":
                return new SplitPreTokenizer(TokenizerParts.Pattern(part), Behavior(part), part.Flag("invert"));
            case "Whitespace":
                return new SplitPreTokenizer(
                    new RegexMatcher($@"[{OnigurumaPattern.Word}\u200C\u200D]+|[^{OnigurumaPattern.Word}\u200C\u200D\s]+"), SplitBehavior.Removed, invert: true);
            case "WhitespaceSplit":
                return new SplitPreTokenizer(new CharacterMatcher(Rune.IsWhiteSpace), SplitBehavior.Removed);
            case "CharDelimiterSplit":
                return new SplitPreTokenizer(new StringMatcher(TokenizerParts.Character(part.Field("delimiter"))), SplitBehavior.Removed);
            case "Digits":
                return new SplitPreTokenizer(
                    new CharacterMatcher(UnicodeText.IsNumeric),
                    part.Flag("individual_digits") ? SplitBehavior.Isolated : SplitBehavior.Contiguous);
            case "Punctuation":
                return new SplitPreTokenizer(new CharacterMatcher(UnicodeText.IsPunctuation), Behavior(part, SplitBehavior.Isolated));
            case "BertPreTokenizer":
                return new BertPreTokenizer();
            case "Metaspace":
                return new MetaspacePreTokenizer(
                    part.Optional("replacement") is { } replacement ? TokenizerParts.Character(replacement) : "\u2581",
                    PrependScheme(part), part.Flag("split", true));
            case "Sequence":
                JsonCursor parts = part.Field("pretokenizers");
                int last = parts.Count(TokenizerLimits.Parts) - 1;
                PreTokenizer[] read = [.. parts.Items(TokenizerLimits.Parts).Select((p, i) => Read(p, modelSpells && i == last)).Where(p => p is not WholePreTokenizer)];
                return read.Length == 1 ? read[0] : new SequencePreTokenizer(read);
            default:
                throw TokenizerParts.Unsupported(
                    part, "ByteLevel, Split, Whitespace, WhitespaceSplit, CharDelimiterSplit, Digits, Punctuation, BertPreTokenizer, Metaspace and Sequence");
        }
    }

    /// <summary>Whether the pre-tokenizer writes bytes as characters of the byte-level alphabet.</summary>
    public static bool IsByteLevel(JsonCursor part) => TokenizerParts.Type(part) switch
    {
        "ByteLevel" => true,
        "Sequence" => part.Field("pretokenizers").Items(TokenizerLimits.Parts).Any(IsByteLevel),
        _ => false,
    };

    /// <summary>Whether the last part does so, which the model can do instead.</summary>
    public static bool EndsByteLevel(JsonCursor part) => TokenizerParts.Type(part) switch
    {
        "ByteLevel" => true,
        "Sequence" => part.Field("pretokenizers").Items(TokenizerLimits.Parts).Select(EndsByteLevel).LastOrDefault(),
        _ => false,
    };

    /// <summary>Returns when to prepend a metaspace to a text: always, first or never. Older files have a flag instead.</summary>
    public static string PrependScheme(JsonCursor part)
    {
        string scheme = part.Text("prepend_scheme", part.Flag("add_prefix_space", true) ? "always" : "never");
        return scheme is "always" or "first" or "never"
            ? scheme
            : throw part.Field("prepend_scheme").Wrong($"is {ModelFile.Quote(scheme)}; always, first or never is required.");
    }

    static SplitBehavior Behavior(JsonCursor part, SplitBehavior? otherwise = null)
    {
        if (otherwise is { } value && !part.Has("behavior"))
        {
            return value;
        }

        JsonCursor behavior = part.Field("behavior");
        return behavior.Text() switch
        {
            "Isolated" => SplitBehavior.Isolated,
            "Removed" => SplitBehavior.Removed,
            "Contiguous" => SplitBehavior.Contiguous,
            "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
            "MergedWithNext" => SplitBehavior.MergedWithNext,
            string other => throw behavior.Wrong(
                $"is {ModelFile.Quote(other)}; the supported behaviors are Isolated, Removed, Contiguous, MergedWithPrevious and MergedWithNext."),
        };
    }
}

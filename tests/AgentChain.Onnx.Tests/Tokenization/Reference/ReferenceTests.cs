using System.Text.Json.Nodes;
using AgentChain.Onnx.Tests.Fixtures;
using AgentChain.Onnx.Tokenization;

namespace AgentChain.Onnx.Tests.Tokenization.Reference;

/// <summary>Every layout the documentation lists loads, and encodes any text as Hugging Face's own library does.</summary>
public sealed class ReferenceTests
{
    public static TheoryData<string> Layouts => [.. TokenizerLayouts.Names];

    public static TheoryData<string> Normalizers =>
    [
        """{"type":"NFC"}""", """{"type":"NFD"}""", """{"type":"NFKC"}""", """{"type":"NFKD"}""", """{"type":"Lowercase"}""", """{"type":"Nmt"}""",
        """{"type":"StripAccents"}""", """{"type":"Sequence","normalizers":[{"type":"NFD"},{"type":"StripAccents"},{"type":"Lowercase"}]}""",
        """{"type":"Strip","strip_left":true,"strip_right":true}""", """{"type":"Strip","strip_left":false,"strip_right":true}""",
        """{"type":"Prepend","prepend":"▁"}""", """{"type":"Replace","pattern":{"String":" "},"content":"▁"}""",
        """{"type":"Replace","pattern":{"Regex":"\\s{2,}|\\w(?=\\d)"},"content":"$1"}""", """{"type":"Replace","pattern":{"String":"🦊"},"content":"fox"}""",
        """{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true}""",
        """{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":false,"strip_accents":null,"lowercase":false}""",
        """{"type":"BertNormalizer","clean_text":false,"handle_chinese_chars":true,"strip_accents":true,"lowercase":false}""",
        """{"type":"BertNormalizer","clean_text":false,"handle_chinese_chars":false,"strip_accents":false,"lowercase":true}""",
    ];

    public static TheoryData<string> PreTokenizers =>
    [
        """{"type":"Whitespace"}""", """{"type":"WhitespaceSplit"}""", """{"type":"BertPreTokenizer"}""", """{"type":"CharDelimiterSplit","delimiter":"a"}""",
        """{"type":"Digits","individual_digits":true}""", """{"type":"Digits","individual_digits":false}""", """{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":true}""",
        .. Behaviors.Select(b => $$"""{"type":"Punctuation","behavior":"{{b}}"}"""),
        .. from behavior in Behaviors from invert in new[] { false, true } select TokenizerLayouts.Split(@"\s|a+", behavior, invert),
        .. from behavior in Behaviors from invert in new[] { false, true } select TokenizerLayouts.SplitString(" ", behavior, invert),
        .. Behaviors.Select(b => TokenizerLayouts.Split(@"(?=\d)|(?<=\p{Lu})", b)),
        .. new[] { @"\w+", @"\W", @"[\w-]+", @"\d+", @"\s+$", @"^\p{L}", @"\p{N}{1,3}+", @"\p{L}++\d", @"(?i:'s|'t|k)", "(?i)it's", @"[^\s\p{L}]", "[a-zé🦊]+", ".", @"\p{M}", @"(?:a|b)+?", "" }
            .Select(r => TokenizerLayouts.Split(r)),
    ];

    static string[] Behaviors => ["Isolated", "Removed", "Contiguous", "MergedWithPrevious", "MergedWithNext"];

    [ReferenceTheory]
    [MemberData(nameof(Layouts))]
    public void Encode_OfAnyText_EqualsTheReference(string layout)
    {
        using var pair = new ReferencePair(TokenizerLayouts.Create(layout));
        Assert.All(RandomTexts.Mixed(1, 1500), pair.AssertSame);
        Assert.All(RandomTexts.Runs(2, 60), pair.AssertSame);
        if (!layout.StartsWith("BERT", StringComparison.Ordinal))
        {
            Assert.All(RandomTexts.CodePoints(3, 1500), pair.AssertSame);
        }
    }

    [ReferenceTheory]
    [InlineData("embedder")]
    [InlineData("language-model")]
    public void Encode_WithAnOwnModel_EqualsTheReference(string model)
    {
        JsonObject file = JsonNode.Parse(File.ReadAllText(Fixture.Models(model, "tokenizer.json")))!.AsObject();
        (file["truncation"], file["post_processor"]) = (null, null);
        using var pair = new ReferencePair(file);
        Assert.All(RandomTexts.Mixed(6, 500), pair.AssertSame);
    }

    [ReferenceTheory]
    [MemberData(nameof(Normalizers))]
    public void Encode_OfNormalizedText_EqualsTheReference(string normalizer)
    {
        using var pair = new ReferencePair(TokenizerLayouts.Normalized(normalizer));
        Assert.All(RandomTexts.Mixed(7, 1000), pair.AssertSame);
    }

    [ReferenceTheory]
    [MemberData(nameof(PreTokenizers))]
    public void Encode_OfSplitText_EqualsTheReference(string preTokenizer)
    {
        using var pair = new ReferencePair(TokenizerLayouts.PreTokenized(preTokenizer));
        Assert.All(RandomTexts.Mixed(8, 700), pair.AssertSame);
    }

    [ReferenceTheory]
    [InlineData("Llama 2")]
    [InlineData("Gemma")]
    [InlineData("Qwen")]
    [InlineData("Metaspace that splits")]
    [InlineData("Mistral with Metaspace")]
    public void Encode_AroundAddedTokensOfEveryKind_EqualsTheReference(string layout)
    {
        JsonObject file = TokenizerLayouts.Create(layout);
        TokenizerLayouts.Add(file, "<strip>", strips: true);
        TokenizerLayouts.Add(file, "cat", special: false, word: true);
        TokenizerLayouts.Add(file, "at", special: false);
        TokenizerLayouts.Add(file, "plain é", special: false, normalized: true);
        TokenizerLayouts.Add(file, "\n\n", special: false);
        TokenizerLayouts.Add(file, "<bos>x");
        using var pair = new ReferencePair(file);
        string[] parts = ["<strip>", "cat", "cats", " ", "  ", "at", "plain é", "plain e\u0301", " plain é", "\n\n", "\n\n\n", "<bos>", "<bos>x", "é", "a", "_", "!", "the ", "\u0903", "²", "\u200D", "𝒜", "🅰", "🦊"];
        var random = new Random(9);
        for (int i = 0; i < 2000; i++)
        {
            pair.AssertSame(string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => parts[random.Next(parts.Length)])));
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Encode_WithALoneSurrogate_TakesItForAReplacementCharacter(string layout)
    {
        Tokenizer tokenizer = TokenizerReader.Parse(System.Text.Encoding.UTF8.GetBytes(TokenizerLayouts.Create(layout).ToJsonString()));

        foreach (string text in (string[])["a\uD800b", "\uDC00", "\uD83E", "é\uD83Ee\u0301", "\uDD8A\uD83E", "a\uD83E\uD83E\uDD8A b", "a\uFFFE\uD800b"])
        {
            string whole = new(System.Text.Encoding.Unicode.GetString(System.Text.Encoding.Unicode.GetBytes(text)));
            Assert.DoesNotContain('\uD800', whole);
            Assert.Equal(tokenizer.Encode(whole), tokenizer.Encode(text));
            Assert.Equal(tokenizer.EncodeWithin(whole, 3), tokenizer.EncodeWithin(text, 3));
        }
    }
}

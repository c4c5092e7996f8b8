using System.Text;
using System.Text.RegularExpressions;
using AgentChain.Onnx.Tokenization;

namespace AgentChain.Onnx.Tests.Tokenization;

public sealed class TokenizerReaderTests
{
    [Fact]
    public void Parse_OfUnigram_SaysItIsNotSupportedYet()
    {
        TokenizerFormatException error = Assert.Throws<TokenizerFormatException>(
            () => Parse("""{"model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0.0],["a",-1.5]]}}"""));

        Assert.Contains("Unigram, which is not supported yet", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_WithoutATypeAndAnArrayVocabulary_IsTakenForUnigram() =>
        Assert.Contains("Unigram", Assert.Throws<TokenizerFormatException>(() => Parse("""{"model":{"vocab":[["a",-1.5]]}}""")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{", "'tokenizer.json' is not valid JSON")]
    [InlineData("{}", "'tokenizer.json': 'model' is missing")]
    [InlineData("""{"normalizer":{"type":"Precompiled"},"model":{"type":"BPE","vocab":{"a":0},"merges":[]}}""", "'normalizer.type' is 'Precompiled', which is not supported")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[["a","b"]]}}""", "'model.merges[0]' names 'b'")]
    [InlineData("""{"pre_tokenizer":{"type":"UnicodeScripts"},"model":{"type":"BPE","vocab":{},"merges":[]}}""", "'pre_tokenizer.type' is 'UnicodeScripts', which is not supported; the supported types are ByteLevel, Split,")]
    [InlineData("""{"pre_tokenizer":{"type":"Split","pattern":{"String":" "},"behavior":"Kept"},"model":{"type":"BPE","vocab":{},"merges":[]}}""", "'pre_tokenizer.behavior' is 'Kept'")]
    [InlineData("""{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"("},"behavior":"Isolated"},"model":{"type":"BPE","vocab":{},"merges":[]}}""", "cannot be parsed")]
    public void Parse_OfSomethingElse_SaysWhat(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<TokenizerFormatException>(() => Parse(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void Load_OfAMissingFile_NamesIt() =>
        Assert.Contains("nowhere.json", Assert.Throws<TokenizerFormatException>(() => TokenizerReader.Load("nowhere.json")).Message, StringComparison.Ordinal);

    [Fact]
    public void Encode_WithIgnoreMerges_TakesAWholePieceFromTheVocabulary()
    {
        const string model = """{"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false},"model":{"type":"BPE","ignore_merges":IGNORE,"vocab":{"a":0,"b":1,"c":2,"ab":3,"abc":4},"merges":["a b"]}}""";

        Assert.Equal([4], Parse(model.Replace("IGNORE", "true", StringComparison.Ordinal)).Encode("abc"));
        Assert.Equal([3, 2], Parse(model.Replace("IGNORE", "false", StringComparison.Ordinal)).Encode("abc"));
    }

    [Fact]
    public void Encode_WithByteFallback_SpellsUnknownCharactersAndDecodesThemBack()
    {
        Tokenizer tokenizer = Parse("""
            {"normalizer":{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]},
             "decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]},
             "model":{"type":"BPE","unk_token":"<unk>","fuse_unk":true,"byte_fallback":true,
             "vocab":{"<unk>":0,"<0xC3>":1,"<0xA9>":2,"▁":3,"h":4,"i":5,"▁h":6,"▁hi":7},"merges":["▁ h","▁h i"]}}
            """);

        Assert.Equal([7, 3, 1, 2], tokenizer.Encode("hi é"));
        Assert.Equal("hi é", tokenizer.Decode([7, 3, 1, 2]));
        Assert.Equal([7, 0], tokenizer.Encode("hizz"));
    }

    [Theory]
    [InlineData("first", new[] { 2, 9, 1 })]
    [InlineData("always", new[] { 2, 9, 2 })]
    [InlineData("never", new[] { 1, 9, 1 })]
    public void Encode_WithMetaspace_PrependsAsItsSchemeSays(string scheme, int[] expected)
    {
        Tokenizer tokenizer = Parse($$"""
            {"added_tokens":[{"id":9,"content":"<s>","special":true}],
             "pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"{{scheme}}","split":true},
             "model":{"type":"BPE","merges":["▁ a"],"vocab":{"▁":0,"a":1,"▁a":2} } }
            """);

        Assert.Equal(expected, tokenizer.Encode("a<s>a"));
    }

    [Fact]
    public void Encode_WrappedWithMetaspaceOnTheFirst_PrependsAllTheSame()
    {
        Tokenizer tokenizer = Parse("""
            {"added_tokens":[{"id":9,"content":"<s>","special":true}],
             "pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":true},
             "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
               "pair":[],"special_tokens":{"<s>":{"id":"<s>","ids":[9],"tokens":["<s>"]}}},
             "model":{"type":"BPE","merges":["▁ a"],"vocab":{"▁":0,"a":1,"▁a":2} } }
            """);

        Assert.Equal([9, 2], tokenizer.Encode("a", wrap: true));
        Assert.Equal([2], tokenizer.Encode("a"));
    }

    [Fact]
    public void Encode_WithStrippingTokens_SwallowsWhiteSpaceAroundThem()
    {
        Tokenizer tokenizer = Parse("""
            {"added_tokens":[{"id":5,"content":"<m>","lstrip":true,"rstrip":true,"special":true},{"id":6,"content":"cat","single_word":true,"special":false}],
             "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false},
             "model":{"type":"BPE","vocab":{"a":0,"c":1,"t":2,"s":3,"Ġ":4},"merges":[]}}
            """);

        Assert.Equal([0, 5, 0], tokenizer.Encode("a \t<m>  a"));
        Assert.Equal([6, 4, 1, 0, 2, 3], tokenizer.Encode("cat cats"));
    }

    [Theory]
    [InlineData(@"\p{L}++\d", @"(?>\p{L}+)\d")]
    [InlineData(@"[^\r\n\p{L}]?+\p{L}", @"(?>[^\r\n\p{L}]?)\p{L}")]
    [InlineData(@"(?:a|b)*+c", @"(?>(?:a|b)*)c")]
    [InlineData(@"\p{N}{1,3}+", @"(?:\p{N}{1,3})+")]
    [InlineData(@"\w\W[\w.]", @"[W][^W][V.]")]
    [InlineData(@"s(?i:'s|x)s", "s(?i:'[s\u017F]|x)s")]
    [InlineData(@"(?i)sa", "(?i)[s\u017F]a")]
    [InlineData(@"[]+]++x", @"(?>[]+]+)x")]
    [InlineData(@"(?i:'t)|\s+(?!\S)|a+?b", @"(?i:'t)|\s+(?!\S)|a+?b")]
    [InlineData(@"\++", @"\++")]
    public void ToDotNet_OfAPattern_RewritesWhatOnigurumaReadsOtherwise(string pattern, string expected)
    {
        expected = expected.Replace("W", OnigurumaPattern.Word + @"\u00B2\u00B3\u00B9\u00BC-\u00BE", StringComparison.Ordinal).Replace("V", OnigurumaPattern.Word, StringComparison.Ordinal);
        Assert.Equal(expected, OnigurumaPattern.ToDotNet(pattern));
        Assert.NotNull(new Regex(expected));
    }

    [Fact]
    public void Check_WhereNormalisationDoesNothing_SaysHowToTurnItOn()
    {
        PlatformNotSupportedException error = Assert.Throws<PlatformNotSupportedException>(() => UnicodeData.Check((text, _) => text));

        Assert.Contains("InvariantGlobalization", error.Message, StringComparison.Ordinal);
        UnicodeData.EnsureNormalization();
    }

    static Tokenizer Parse(string json) => TokenizerReader.Parse(Encoding.UTF8.GetBytes(json));
}

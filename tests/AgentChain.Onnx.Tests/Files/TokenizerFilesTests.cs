using System.Text;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tests.Fixtures;
using AgentChain.Onnx.Tokenization;

namespace AgentChain.Onnx.Tests.Files;

/// <summary>A tokenizer.json from an unknown source is refused with its path and field, or works.</summary>
public sealed class TokenizerFilesTests
{
    static readonly TimeSpan Hang = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("model", "null", "model")]
    [InlineData("model", "[]", "model")]
    [InlineData("model/vocab/a", "-1", "model.vocab.a")]
    [InlineData("model/vocab/a", "2147483647", "model.vocab.a")]
    [InlineData("model/vocab/a", "1e999", "model.vocab.a")]
    [InlineData("model/vocab/a", "\"7\"", "model.vocab.a")]
    [InlineData("model/vocab", "[]", "model.vocab")]
    [InlineData("model/merges", "[\"a\"]", "model.merges[0]")]
    [InlineData("model/merges", "[\"t h\",\"a b c\"]", "model.merges[1]")]
    [InlineData("model/merges", "[[\"a\"]]", "model.merges[0]")]
    [InlineData("model/merges", "[[\"a\",\"b\",\"c\"]]", "model.merges[0]")]
    [InlineData("model/merges", "[[\"a\",null]]", "model.merges[0][1]")]
    [InlineData("model/merges", "[null]", "model.merges[0]")]
    [InlineData("model/dropout", "0.1", "model.dropout")]
    [InlineData("model/unk_token", "3", "model.unk_token")]
    [InlineData("model/byte_fallback", "\"true\"", "model.byte_fallback")]
    [InlineData("added_tokens/0/id", "-1", "added_tokens[0].id")]
    [InlineData("added_tokens/0/id", "2147483647", "added_tokens[0].id")]
    [InlineData("added_tokens/1/content", "null", "added_tokens[1].content")]
    [InlineData("added_tokens/1/content", "\"\\ud800\"", "added_tokens[1].content")]
    [InlineData("added_tokens/1/special", "1", "added_tokens[1].special")]
    [InlineData("added_tokens", "{}", "added_tokens")]
    [InlineData("normalizer", "{\"type\":\"Precompiled\"}", "normalizer.type")]
    [InlineData("normalizer", "{}", "normalizer.type")]
    [InlineData("normalizer/normalizers/4/pattern", "{}", "normalizer.normalizers[4].pattern.String")]
    [InlineData("normalizer/normalizers/5/pattern/Regex", "\"(\"", "normalizer.normalizers[5].pattern.Regex")]
    [InlineData("normalizer/normalizers/5/pattern/Regex", "\"a{99999}\"", "normalizer.normalizers[5].pattern.Regex")]
    [InlineData("pre_tokenizer/replacement", "\"\"", "pre_tokenizer.replacement")]
    [InlineData("pre_tokenizer/replacement", "\"  \"", "pre_tokenizer.replacement")]
    [InlineData("pre_tokenizer/prepend_scheme", "\"sometimes\"", "pre_tokenizer.prepend_scheme")]
    [InlineData("pre_tokenizer", "{\"type\":\"CharDelimiterSplit\",\"delimiter\":\"\"}", "pre_tokenizer.delimiter")]
    [InlineData("pre_tokenizer", "{\"type\":\"Split\",\"pattern\":{\"String\":\"a\"}}", "pre_tokenizer.behavior")]
    [InlineData("post_processor/single/0/SpecialToken/id", "\"<x>\"", "post_processor.special_tokens.<x>")]
    [InlineData("post_processor/special_tokens/<s>/ids", "[-1]", "post_processor.special_tokens.<s>.ids[0]")]
    [InlineData("post_processor", "{\"type\":\"BertProcessing\",\"cls\":[\"a\"],\"sep\":[\"b\",1]}", "post_processor.cls")]
    [InlineData("decoder/decoders/3/start", "-1", "decoder.decoders[3].start")]
    [InlineData("truncation", "{\"max_length\":1}", "truncation.max_length")]
    [InlineData("truncation", "{\"max_length\":\"9\"}", "truncation.max_length")]
    [InlineData("truncation", "{\"direction\":\"Left\"}", "truncation.direction")]
    public void Load_OfAnInvalidField_NamesThePathAndTheField(string field, string json, string named)
    {
        using var folder = new DamagedFolder(Path.GetDirectoryName(Valid)!);
        folder.Set("tokenizer.json", field, json);
        string path = folder.Find("tokenizer.json");

        TokenizerFormatException error = Assert.Throws<TokenizerFormatException>(() => TokenizerReader.Load(path));

        Assert.Equal((path, named), (error.File, error.Field));
        Assert.Contains($"'{path}': '{named}' ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is not valid JSON")]
    [InlineData("{\"model\":", "is not valid JSON")]
    [InlineData("[]", "is an array, but an object is required")]
    [InlineData("{\"\\ud800\":1}", "has a field whose name is not valid Unicode")]
    public void Load_OfSomethingElse_NamesThePath(string content, string problem)
    {
        using var folder = new DamagedFolder(Path.GetDirectoryName(Valid)!);
        string path = folder.Find("tokenizer.json");
        File.WriteAllText(path, content);

        TokenizerFormatException error = Assert.Throws<TokenizerFormatException>(() => TokenizerReader.Load(path));

        Assert.Equal(path, error.File);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfADirectory_SaysSo()
    {
        using var folder = new DamagedFolder(Path.GetDirectoryName(Valid)!);
        folder.Occupy("tokenizer.json");

        TokenizerFormatException error = Assert.Throws<TokenizerFormatException>(() => TokenizerReader.Load(folder.Find("tokenizer.json")));

        Assert.Contains("is a directory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WithInvalidUtf8_SaysSo()
    {
        using var folder = new DamagedFolder(Path.GetDirectoryName(Valid)!);
        File.WriteAllBytes(folder.Find("tokenizer.json"), [.. "{\"model\":\""u8, 0xFF, .. "\"}"u8]);

        TokenizerFormatException error = Assert.Throws<TokenizerFormatException>(() => TokenizerReader.Load(folder.Find("tokenizer.json")));

        Assert.Contains("UTF-8", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WithAByteOrderMark_ReadsTheRest()
    {
        Assert.Equal([0], TokenizerReader.Parse((byte[])[.. "\uFEFF"u8, .. Json(""" "type":"BPE","vocab":{"a":0},"merges":[] """)]).Encode("a"));
    }

    [Theory]
    [InlineData("WordPiece")]
    [InlineData("BPE")]
    public void Parse_OfATokenOfTenMillionCharacters_RefusesIt(string type)
    {
        byte[] json = Json($$""" "type":"{{type}}","merges":[],"vocab":{"[UNK]":0,"{{new string('a', 10_000_000)}}":1} """);

        TokenizerFormatException error = Assert.Throws<TokenizerFormatException>(() => TokenizerReader.Parse(json));

        Assert.Contains("10,000,000 characters", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Length, 1, 400);
    }

    [Fact]
    public void Parse_OfAddedTokensThatWouldTakeManyTimesTheirSize_RefusesThem()
    {
        string token = new('a', 500);
        string added = string.Join(',', Enumerable.Range(0, 10_000).Select(id => $$"""{"id":{{id}},"content":"{{id}}{{token}}"}"""));

        TokenizerFormatException error = Assert.Throws<TokenizerFormatException>(
            () => TokenizerReader.Parse(Encoding.UTF8.GetBytes($$"""{"added_tokens":[{{added}}],"model":{"type":"BPE","vocab":{},"merges":[]} }""")));

        Assert.Contains("all added tokens above 4,194,304", error.Message, StringComparison.Ordinal);
        Assert.StartsWith("added_tokens[", error.Field, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(a+)+$", "Isolated")]
    [InlineData("(a|aa)+$", "MergedWithNext")]
    [InlineData("((a*)*)*b", "Contiguous")]
    public async Task Encode_WithAPatternOfExponentialTime_EndsWithItsField(string pattern, string behavior)
    {
        Tokenizer tokenizer = TokenizerReader.Parse(Encoding.UTF8.GetBytes($$$"""
            {"pre_tokenizer":{"type":"Split","pattern":{"Regex":"{{{pattern}}}"},"behavior":"{{{behavior}}}"},"model":{"type":"BPE","vocab":{"a":0},"merges":[]}}
            """));

        TokenizerFormatException error = await Assert.ThrowsAsync<TokenizerFormatException>(
            () => Task.Run(() => tokenizer.Encode(new string('a', 60) + "!")).WaitAsync(Hang));

        Assert.Equal("pre_tokenizer.pattern.Regex", error.Field);
        Assert.Contains("takes too long", error.Message, StringComparison.Ordinal);
        Assert.Equal([0], tokenizer.Encode("a"));
    }

    [Theory]
    [InlineData("normalizer", """{"type":"Sequence","normalizers":[PARTS]}""", """{"type":"Replace","pattern":{"String":"a"},"content":"aa"}""")]
    [InlineData("normalizer", """{"type":"Sequence","normalizers":[PARTS]}""", """{"type":"ByteLevel"}""")]
    [InlineData("pre_tokenizer", """{"type":"Sequence","pretokenizers":[PARTS]}""", """{"type":"ByteLevel","use_regex":false}""")]
    public void Encode_WithRulesThatDoubleTheText_EndsBeforeTheMemoryDoes(string part, string sequence, string rule)
    {
        string parts = sequence.Replace("PARTS", string.Join(',', Enumerable.Repeat(rule, 40)), StringComparison.Ordinal);
        string json = $$"""{"{{part}}":{{parts}},"model":{"type":"WordPiece","vocab":{"[UNK]":0,"a":1} } }""";
        Tokenizer tokenizer = TokenizerReader.Parse(Encoding.UTF8.GetBytes(json));

        TokenizerFormatException error = Assert.Throws<TokenizerFormatException>(() => tokenizer.Encode("aé é"));

        Assert.Contains("rewrites a text of 4 characters", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_OfDeeplyNestedParts_RefusesThem()
    {
        string deep = string.Concat(Enumerable.Repeat("""{"type":"Sequence","normalizers":[""", 5000)) + string.Concat(Enumerable.Repeat("]}", 5000));

        Assert.Throws<TokenizerFormatException>(() => TokenizerReader.Parse(Encoding.UTF8.GetBytes($$"""{"normalizer":{{deep}},"model":{} }""")));
    }

    [Fact]
    public void Parse_OfAnUnknownHarmlessField_IgnoresIt() =>
        Assert.Equal([0], TokenizerReader.Parse(Encoding.UTF8.GetBytes("""{"new":[1],"padding":{"x":1},"model":{"type":"BPE","vocab":{"a":0},"merges":[],"new":2}}""")).Encode("a"));

    static string Valid => Path.Combine(Path.GetDirectoryName(Fixture.Models())!, "eng", "fuzz", "valid", "pieces", "tokenizer.json");

    static byte[] Json(string model) => Encoding.UTF8.GetBytes("{\"model\":{" + model + "}}");
}

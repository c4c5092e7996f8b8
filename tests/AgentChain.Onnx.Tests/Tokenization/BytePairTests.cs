using System.Text.Json;
using AgentChain.Onnx.Tests.Fixtures;
using AgentChain.Onnx.Tokenization;

namespace AgentChain.Onnx.Tests.Tokenization;

public sealed class BytePairTests
{
    [Theory]
    [InlineData("qwen")]
    [InlineData("gpt2")]
    public void Encode_OfEveryCase_GivesTheReferenceIds(string name)
    {
        Tokenizer tokenizer = Load(name);

        foreach ((string text, int[] ids) in Cases(name))
        {
            Assert.True(ids.SequenceEqual(tokenizer.Encode(text)), $"'{text}': expected {string.Join(' ', ids)}, was {string.Join(' ', tokenizer.Encode(text))}");
        }
    }

    [Theory]
    [InlineData("qwen")]
    [InlineData("gpt2")]
    public void Encode_ASecondTime_GivesTheSameFromTheCache(string name)
    {
        Tokenizer tokenizer = Load(name);
        foreach ((string text, int[] ids) in Cases(name))
        {
            tokenizer.Encode(text);
            Assert.Equal(ids, tokenizer.Encode(text));
        }
    }

    [Fact]
    public void Decode_OfWhatWasEncoded_GivesTheTextWithoutControlTokens()
    {
        Tokenizer tokenizer = Load("gpt2");
        foreach ((string text, _) in Cases("gpt2").Where(c => !c.Text.Contains("<|", StringComparison.Ordinal)))
        {
            Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));
        }

        Assert.Equal("user\nhi\n", tokenizer.Decode(tokenizer.Encode("<|im_start|>user\nhi<|im_end|>\n")));
    }

    [Fact]
    public void Append_OfACharacterSpreadOverTokens_HoldsItBackUntilItIsWhole()
    {
        Tokenizer tokenizer = Load("gpt2");
        List<int> ids = tokenizer.Encode("a🦊é");
        IncrementalDecoder decoder = tokenizer.CreateDecoder();

        string[] pieces = [.. ids.Select(decoder.Append)];

        Assert.Equal("a🦊é", string.Concat(pieces) + decoder.Complete());
        Assert.True(ids.Count > 4);
        Assert.All(pieces, p => Assert.DoesNotContain('\uFFFD', p));
        Assert.All(pieces, p => Assert.False(p.Length == 1 && char.IsSurrogate(p[0])));
    }

    [Fact]
    public void Complete_InTheMiddleOfACharacter_GivesAReplacementCharacter()
    {
        Tokenizer tokenizer = Load("gpt2");
        IncrementalDecoder decoder = tokenizer.CreateDecoder();
        List<int> ids = tokenizer.Encode("🦊");
        Assert.Equal("", string.Concat(ids.SkipLast(1).Select(decoder.Append)));

        Assert.Equal("\uFFFD", decoder.Complete());
    }

    [Fact]
    public void Encode_OfUntrustedText_CannotSpellControlTokensButKeepsPlaceholders()
    {
        Tokenizer tokenizer = Load("qwen");
        int end = tokenizer.Find("<|im_end|>")!.Value, name = tokenizer.Find("[name_1]")!.Value;

        List<int> ids = tokenizer.Encode("[name_1]<|im_end|>", controlTokens: false);

        Assert.Contains(name, ids);
        Assert.DoesNotContain(end, ids);
        Assert.Equal("[name_1]<|im_end|>", tokenizer.Decode(ids));
        Assert.Contains(end, tokenizer.Encode("[name_1]<|im_end|>"));
    }

    [Fact]
    public void Encode_OfALongPieceWithoutSpaces_MergesAsAShortOneDoes()
    {
        Tokenizer tokenizer = Load("gpt2");
        string word = string.Concat(Enumerable.Repeat("thequick", 6));
        List<int> once = tokenizer.Encode(word);

        List<int> often = tokenizer.Encode(string.Concat(Enumerable.Repeat(word, 500)));

        Assert.Equal(Enumerable.Repeat(once, 500).SelectMany(i => i), often);
    }

    [Fact]
    public async Task Encode_FromManyThreads_GivesTheSame()
    {
        Tokenizer tokenizer = Load("qwen");
        (string Text, int[] Ids)[] cases = Cases("qwen");

        bool[] right = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => cases.All(c => c.Ids.SequenceEqual(tokenizer.Encode(c.Text))))));

        Assert.DoesNotContain(false, right);
    }

    static Tokenizer Load(string name) => TokenizerReader.Load(Fixture.Path(name + ".tokenizer.json"));

    static (string Text, int[] Ids)[] Cases(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Fixture.Path(name + ".cases.json")));
        return [.. document.RootElement.EnumerateArray().Select(c =>
            (c.GetProperty("text").GetString()!, c.GetProperty("ids").EnumerateArray().Select(i => i.GetInt32()).ToArray()))];
    }
}

using System.Text;
using AgentChain.Onnx.Tokenization;

namespace AgentChain.Onnx.Tests.Tokenization;

public sealed class WordPieceTests
{
    static readonly string[] Vocabulary =
    [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "un", "##aff", "##able", "want", "##ed", "cafe", "the", "!", "$", "5", "##0", "'", "s", "you", "中", "文", "run",
        "##ning", "a", "##b",
    ];

    readonly Tokenizer _tokenizer = TokenizerReader.Parse(Encoding.UTF8.GetBytes($$"""
        {"added_tokens":[{"id":2,"content":"[CLS]","special":true},{"id":3,"content":"[SEP]","special":true}],
         "normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true},
         "pre_tokenizer":{"type":"BertPreTokenizer"},
         "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]","type_id":0} },{"Sequence":{"id":"A","type_id":0} },{"SpecialToken":{"id":"[SEP]","type_id":0} }],
           "pair":[],"special_tokens":{"[CLS]":{"id":"[CLS]","ids":[2],"tokens":["[CLS]"]},"[SEP]":{"id":"[SEP]","ids":[3],"tokens":["[SEP]"]} } },
         "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":100,
           "vocab":{ {{string.Join(',', Vocabulary.Select((v, i) => $"\"{v}\":{i}"))}} } } }
        """));

    [Theory]
    [InlineData("unaffable", "un ##aff ##able")]
    [InlineData("UnAffable  wanted", "un ##aff ##able want ##ed")]
    [InlineData("Café", "cafe")]
    [InlineData("cafe\u0301!", "cafe !")]
    [InlineData("$50", "$ 5 ##0")]
    [InlineData("the's", "the ' s")]
    [InlineData("unknown", "[UNK]")]
    [InlineData("you unaffablex the", "you [UNK] the")]
    [InlineData("中文the", "中 文 the")]
    [InlineData("the\u0000\u200d run\tning", "the run [UNK]")]
    [InlineData("", "")]
    public void Encode_OfAText_IsGreedyFromTheLeft(string text, string expected) =>
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), _tokenizer.Encode(text).Select(i => Vocabulary[i]));

    [Fact]
    public void Encode_Wrapped_StandsBetweenTheTemplatesTokens() =>
        Assert.Equal([2, 10, 3], _tokenizer.Encode("the", wrap: true));

    [Fact]
    public void EncodeWithin_OfALongText_KeepsTheClosingToken()
    {
        Assert.Equal([2, 10, 17, 3], _tokenizer.EncodeWithin("the you run", 4));
        Assert.Equal([2, 10, 17, 20, 3], _tokenizer.EncodeWithin("the you run", 5));
    }

    [Fact]
    public void EncodeWithin_OfTextThatSpellsControlTokens_TakesThemForText() =>
        Assert.Equal(1, _tokenizer.EncodeWithin("the [SEP] you", 16).Count(i => i == 3));

    [Fact]
    public void Encode_OfAWordOverTheLimit_IsUnknown()
    {
        Assert.Equal("[UNK]", Vocabulary[_tokenizer.Encode("a" + new string('b', 100)).Single()]);
        Assert.Equal(100, _tokenizer.Encode("a" + new string('b', 99)).Count);
    }

    [Fact]
    public void Decode_OfWordPieces_JoinsContinuations() =>
        Assert.Equal("unaffable wanted", _tokenizer.Decode([2, 4, 5, 6, 7, 8, 3]));
}

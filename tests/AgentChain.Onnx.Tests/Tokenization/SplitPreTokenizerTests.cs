using AgentChain.Onnx.Tokenization;

namespace AgentChain.Onnx.Tests.Tokenization;

public sealed class SplitPreTokenizerTests
{
    const string Words = @"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s+";

    [Theory]
    [InlineData("x😀y", "x|😀y")]
    [InlineData("𝒜𝒷c 𠀀字", "𝒜𝒷c| 𠀀字")]
    [InlineData("a𝟙b", "a|𝟙|b")]
    [InlineData("😀😀 a", "😀😀| a")]
    public void Split_OfCharactersBeyondTheBasicPlane_TakesEachForOneOfItsCategory(string text, string expected) =>
        Assert.Equal(expected.Split('|'), Split(new SplitPreTokenizer(new RegexMatcher(Words)), text));

    [Theory]
    [InlineData("Isolated", false, "a|, |b|, |, |c")]
    [InlineData("Removed", false, "a|b|c")]
    [InlineData("Removed", true, ", |, |, ")]
    [InlineData("Contiguous", false, "a|, |b|, , |c")]
    [InlineData("MergedWithPrevious", false, "a, |b, |, |c")]
    [InlineData("MergedWithNext", false, "a|, b|, |, c")]
    [InlineData("MergedWithNext", true, "a, |b, |, |c")]
    public void Split_WithABehavior_PutsMatchesWhereItSays(string behavior, bool invert, string expected)
    {
        SplitBehavior which = Enum.Parse<SplitBehavior>(behavior);
        Assert.Equal(expected.Split('|'), Split(new SplitPreTokenizer(new RegexMatcher("[,;] "), which, invert), "a, b, , c"));
        Assert.Equal(expected.Split('|'), Split(new SplitPreTokenizer(new StringMatcher(", "), which, invert), "a, b, , c"));
    }

    [Fact]
    public void Split_OfAPieceWithin_StaysThere()
    {
        var pieces = new List<TextPiece>();

        new SplitPreTokenizer(new RegexMatcher(Words)).Split(new TextPiece("ab😀 cd", 1, 6, false), pieces, Budget);

        Assert.Equal(["b", "😀", " c"], pieces.Select(p => p.Span.ToString()));
    }

    static TextBudget Budget => new(new TokenizerFile("tokenizer.json"), 100);

    static string[] Split(SplitPreTokenizer splitter, string text)
    {
        var pieces = new List<TextPiece>();
        splitter.Split(new TextPiece(text, true), pieces, Budget);
        return [.. pieces.Select(p => p.Span.ToString())];
    }
}

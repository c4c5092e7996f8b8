using AgentChain.Onnx.Tokenization;

namespace AgentChain.Onnx.Tests.Tokenization;

public sealed class RegexPreTokenizerTests
{
    const string Words = @"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s+";

    [Theory]
    [InlineData("x😀y", "x|😀y")]
    [InlineData("𝒜𝒷c 𠀀字", "𝒜𝒷c| 𠀀字")]
    [InlineData("a𝟙b", "a|𝟙|b")]
    [InlineData("😀😀 a", "😀😀| a")]
    public void Split_OfCharactersBeyondTheBasicPlane_TakesEachForOneOfItsCategory(string text, string expected) =>
        Assert.Equal(expected.Split('|'), Split(new RegexPreTokenizer(Words), text));

    [Theory]
    [InlineData(false, "a|b|c")]
    [InlineData(true, ", |; ")]
    public void Split_Removing_DropsMatchesOrWhatLiesBetweenThem(bool invert, string expected) =>
        Assert.Equal(expected.Split('|'), Split(new RegexPreTokenizer("[,;] ", SplitBehavior.Removed, invert), "a, b; c"));

    [Fact]
    public void Split_WithinARange_StaysThere()
    {
        var pieces = new List<TextRange>();

        new RegexPreTokenizer(Words).Split("ab😀 cd", new TextRange(1, 6), pieces);

        Assert.Equal([new(1, 2), new(2, 4), new(4, 6)], pieces);
    }

    static string[] Split(RegexPreTokenizer splitter, string text)
    {
        var pieces = new List<TextRange>();
        splitter.Split(text, new TextRange(0, text.Length), pieces);
        return [.. pieces.Select(p => text[p.Start..p.End])];
    }
}

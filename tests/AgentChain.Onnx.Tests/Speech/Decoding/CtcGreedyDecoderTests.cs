using AgentChain.Onnx.Speech.Decoding;

namespace AgentChain.Onnx.Tests.Speech.Decoding;

public class CtcGreedyDecoderTests
{
    private static readonly CtcLabels Labels = new(["_", " ", "a", "b"]);

    [Theory]
    [InlineData("aa_ab", "aab")]
    [InlineData("  a__  _ b ", "a b")]
    [InlineData("___", "")]
    [InlineData("", "")]
    public void Finish_BestPath_MergesRepeatsAndDropsBlanks(string path, string text)
    {
        CtcGreedyDecoder decoder = new(Labels);
        decoder.Accept(CtcRows.Of(Labels, path));

        Assert.Equal(text, decoder.Finish().Text);
    }

    [Fact]
    public void Current_FrameByFrame_GrowsAndKeepsFinishedWords()
    {
        CtcGreedyDecoder decoder = new(Labels);
        decoder.Accept(CtcRows.Of(Labels, "ab"));
        Assert.Equal(("ab", 0), (decoder.Current.Text, decoder.Current.StableWords));
        decoder.Accept(CtcRows.Of(Labels, "b a"));
        Assert.Equal(("ab a", 1), (decoder.Current.Text, decoder.Current.StableWords));
        Assert.Equal(2, decoder.Finish().StableWords);
        decoder.Reset();
        Assert.Equal("", decoder.Current.Text);
    }

    [Fact]
    public void Accept_PartOfAFrame_Throws() =>
        Assert.Throws<ArgumentException>(() => new CtcGreedyDecoder(Labels).Accept(new float[5]));
}

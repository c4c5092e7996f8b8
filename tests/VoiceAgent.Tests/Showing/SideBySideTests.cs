using VoiceAgent.Showing;

namespace VoiceAgent.Tests.Showing;

public class SideBySideTests
{
    [Fact]
    public void Of_ShortTexts_BeginsTheRightOneBehindTheLongestLine() =>
        Assert.Equal(["a       x", "three   y", "        z"], Lines(SideBySide.Of("a\nthree\n", "x\ny\nz", 40)));

    [Fact]
    public void Of_MoreOnTheLeft_LeavesTheRightEmpty() => Assert.Equal(["ab   x", "c"], Lines(SideBySide.Of("ab\nc", "x")));

    [Fact]
    public void Of_LongLines_GoOnIndentedAndLoseNothing()
    {
        string words = string.Join(' ', Enumerable.Range(1, 60).Select(i => $"word{i}"));

        string[] lines = Lines(SideBySide.Of(words, words, 80));

        Assert.All(lines, l => Assert.InRange(l.Length, 1, 80));
        Assert.All(lines.Skip(1), l => Assert.StartsWith("    word", l, StringComparison.Ordinal));
        Assert.Equal(words.Split(' ').Concat(words.Split(' ')).Order(), lines.SelectMany(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Order());
    }

    [Fact]
    public void Of_ALineWithoutBlanks_IsCut()
    {
        string[] lines = Lines(SideBySide.Of(new string('x', 50), "y", 43));

        Assert.Equal([new string('x', 20) + "   y", "    " + new string('x', 16), "    " + new string('x', 14)], lines);
    }

    [Fact]
    public void Of_WindowsLineBreaks_AreLineBreaks() => Assert.Equal(["a   c", "b   d"], Lines(SideBySide.Of("a\r\nb\r\n", "c\r\nd\r\n")));

    [Fact]
    public void Of_NothingOnOneSide_ShowsTheOther() => Assert.Equal(["   b"], Lines(SideBySide.Of("", "b")));

    static string[] Lines(string text)
    {
        Assert.EndsWith(Environment.NewLine, text, StringComparison.Ordinal);
        return text[..^Environment.NewLine.Length].Split(Environment.NewLine);
    }
}

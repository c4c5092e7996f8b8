using AgentChain.Onnx.Speech.Normalization;

namespace AgentChain.Onnx.Tests.Speech.Normalization;

/// <summary>Text that people report as converted wrong, and further text of the same kinds; see Fixtures/cases/README.md.</summary>
public class RealTextTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    // Each makes other rules work: one that looks ahead or back without a bound takes minutes for 400,000 characters of it.
    private static readonly string[] WrittenUnits = ["1", "12-", "1,111", "1:", "$1-", "a.b@", "+1 ", "no. 5 ", "march 5, ", "9 am-", "\ud800", "e\u0301"];

    private static readonly string[] SpokenUnits = ["one ", "o ", "double ", "a dot ", "j ", "twenty first ", "one thousand and ", "nine thirty to ", "one-", "."];

    [Theory]
    [InlineData("spoken-to-written.tsv", 113)]
    [InlineData("more-spoken.tsv", 140)]
    [InlineData("blind-spoken.tsv", 200)]
    public void InverseNormalize_SpokenText_IsWritten(string file, int atLeast) => Check(file, InverseTextNormalizer.Normalize, atLeast);

    [Theory]
    [InlineData("written-to-spoken.tsv", 60)]
    [InlineData("more-written.tsv", 300)]
    [InlineData("blind-written.tsv", 250)]
    public void Normalize_WrittenText_IsSpoken(string file, int atLeast) => Check(file, TextNormalizer.Normalize, atLeast);

    [Fact]
    public async Task Normalize_VeryLongText_TakesTimeInProportion()
    {
        foreach (string unit in WrittenUnits)
        {
            await Task.Run(() => TextNormalizer.Normalize(Long(unit))).WaitAsync(Limit);
        }

        foreach (string unit in SpokenUnits)
        {
            await Task.Run(() => InverseTextNormalizer.Normalize(Long(unit))).WaitAsync(Limit);
        }
    }

    [Fact]
    public void Normalize_MutatedText_NeverThrowsAndLeavesNoDigitBehind()
    {
        Random random = new(20261127);
        string[] texts = [.. Directory.GetFiles(Fixture.Path("cases"), "*.tsv").Order(StringComparer.Ordinal).SelectMany(path => Rows(path)).Select(row => row[0])];
        for (int i = 0; i < 20_000; i++)
        {
            string text = Mutate(texts[random.Next(texts.Length)], texts[random.Next(texts.Length)], random);
            string spoken = TextNormalizer.Normalize(text);
            Assert.False(spoken.Any(char.IsAsciiDigit), $"A digit is left of '{Escape(text)}': '{Escape(spoken)}'.");
            Assert.NotNull(InverseTextNormalizer.Normalize(text));
        }
    }

    [Theory]
    [InlineData("\ud83d 5", "\ud83d five")]
    [InlineData("5\udc00", "five\udc00")]
    [InlineData("a\0b 7", "a\0b seven")]
    public void Normalize_BrokenCharacters_StayAndTheRestIsSpoken(string written, string spoken) => Assert.Equal(spoken, TextNormalizer.Normalize(written));

    [Fact]
    public void Normalize_HugeNumbers_AreReadDigitByDigit()
    {
        string digits = new('7', 400);
        string words = string.Join(' ', Enumerable.Repeat("seven", 400));
        Assert.Equal(words, TextNormalizer.Normalize(digits));
        Assert.Equal(words + " dollars", TextNormalizer.Normalize("$" + digits));
        Assert.Equal(digits, InverseTextNormalizer.Normalize(words));
    }

    private static string Long(string unit) => string.Concat(Enumerable.Repeat(unit, 400_000 / unit.Length));

    private void Check(string file, Func<string, string> convert, int atLeast)
    {
        string[][] rows = [.. Rows(Fixture.Path(Path.Combine("cases", file)))];
        List<string> wrong = [];
        int argued = 0;
        foreach (string[] row in rows)
        {
            string actual = convert(row[0]);
            if (actual != row[1])
            {
                argued += row.Length > 2 ? 1 : 0;
                wrong.Add($"'{row[0]}' gave '{actual}' instead of '{row[1]}'.");
            }
        }

        output.WriteLine($"{file}: {rows.Length - wrong.Count} of {rows.Length} right, {argued} of the others argued.");
        Assert.True(rows.Length >= atLeast, $"only {rows.Length} rows");
        Assert.True(wrong.Count == argued && wrong.Count <= rows.Length / 20, string.Join('\n', wrong));
    }

    private static IEnumerable<string[]> Rows(string path) => File.ReadLines(path).Skip(1).Where(line => line.Length > 0).Select(line => line.Split('\t'));

    private static string Mutate(string text, string other, Random random)
    {
        const string alphabet = "0123456789.,:;-/$€%#@+()'\" \u2009\u00a0\t\nampMKxst\u0663\u00bd\u2013\ud83d\ude00\0";
        List<char> characters = [.. text];
        for (int edits = random.Next(1, 5); edits > 0; edits--)
        {
            int at = random.Next(characters.Count + 1);
            switch (random.Next(4))
            {
                case 0:
                    characters.Insert(at, alphabet[random.Next(alphabet.Length)]);
                    break;
                case 1 when characters.Count > 0:
                    characters.RemoveAt(Math.Min(at, characters.Count - 1));
                    break;
                case 2:
                    int from = random.Next(other.Length);
                    characters.InsertRange(at, other[from..Math.Min(other.Length, from + random.Next(8))]);
                    break;
                default:
                    characters.InsertRange(at, characters.GetRange(at, Math.Min(random.Next(6), characters.Count - at)));
                    break;
            }
        }

        return new string([.. characters]);
    }

    private static string Escape(string text) => string.Concat(text.Select(c => c is >= ' ' and < '\u007f' ? c.ToString() : $"\\u{(int)c:x4}"));
}

using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Synthesis;

namespace AgentChain.Onnx.Tests.Speech.Synthesis;

public class LexiconPhonemizerTests
{
    private static readonly LexiconPhonemizer Own = LexiconPhonemizer.Read(Path.Combine(Fixtures.Fixture.Models("voice"), "lexicon.tsv"));

    [Theory]
    [InlineData("your balance is forty two dollars and fifty cents.", "jɔːɹ bˈæləns ɪz fˈɔːɹti tˈuː dˈɑːlɚz ænd fˈɪfti sˈɛnts.")]
    [InlineData("Your balance is $42.50.", "jɔːɹ bˈæləns ɪz fˈɔːɹti tˈuː dˈɑːlɚz ænd fˈɪfti sˈɛnts.")]
    [InlineData("", "")]
    [InlineData("  . ! ", "")]
    public void Phonemize_WordsOfTheLexicon_AreLookedUp(string text, string phonemes) => Assert.Equal(phonemes, Own.Phonemize(text));

    [Theory]
    [InlineData("two; two", "tˈuː, tˈuː")]
    [InlineData("two - two", "tˈuː tˈuː")]
    [InlineData("(two)", "tˈuː,")]
    [InlineData("two… two?!", "tˈuː. tˈuː!")]
    [InlineData("two \u2014 two", "tˈuː, tˈuː")]
    public void Phonemize_Punctuation_BecomesPauses(string text, string phonemes) => Assert.Equal(phonemes, Own.Phonemize(text));

    [Fact]
    public void Phonemize_HourBeforeNoon_SaysTheLetterA()
    {
        Assert.EndsWith("ˈeɪ ˈɛm", Own.Phonemize("nine a m"), StringComparison.Ordinal);
        Assert.StartsWith("ə ", Own.Phonemize("a store"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tv", "tˈiː vˈiː")]
    [InlineData("x", "ˈɛks")]
    [InlineData("two's", "tˈuːz")]
    public void Phonemize_LettersAndPossessives_AreSpelledOrInflected(string text, string phonemes) => Assert.Equal(phonemes, Own.Phonemize(text));

    [Theory]
    [InlineData("light", "lˈaɪt")]
    [InlineData("make", "mˈeɪk")]
    [InlineData("making", "mˈeɪkɪŋ")]
    [InlineData("station", "stˈeɪʃən")]
    [InlineData("nation", "nˈeɪʃən")]
    [InlineData("cheese", "tʃˈiːz")]
    [InlineData("church", "tʃˈɜːtʃ")]
    [InlineData("knife", "nˈaɪf")]
    [InlineData("phone", "fˈoʊn")]
    [InlineData("quick", "kwˈɪk")]
    [InlineData("table", "tˈeɪbəl")]
    [InlineData("little", "lˈɪtəl")]
    [InlineData("boxes", "bˈɑːksɪz")]
    [InlineData("wanted", "wˈɑːntɪd")]
    [InlineData("happy", "hˈæpi")]
    [InlineData("cry", "kɹˈaɪ")]
    [InlineData("sing", "sˈɪŋ")]
    [InlineData("judge", "dʒˈʌdʒ")]
    [InlineData("thing", "θˈɪŋ")]
    [InlineData("mother", "mˈʌðɚ")]
    [InlineData("picture", "pˈɪktʃɚ")]
    [InlineData("boat", "bˈoʊt")]
    [InlineData("cow", "kˈaʊ")]
    [InlineData("market", "mˈɑːɹkɪt")]
    [InlineData("repeat", "ɹɪpˈiːt")]
    [InlineData("write", "ɹˈaɪt")]
    [InlineData("school", "skˈuːl")]
    [InlineData("walk", "wˈɔːk")]
    [InlineData("city", "sˈɪti")]
    [InlineData("cap", "kˈæp")]
    [InlineData("day", "dˈeɪ")]
    [InlineData("zoo", "zˈuː")]
    public void Convert_CommonSpelling_SoundsRight(string word, string phonemes) => Assert.Equal(phonemes, LetterToSound.Convert(word));

    [Fact]
    public void Convert_WordsOfTheLexicon_AreMostlyNear()
    {
        // Against the hand-written pronunciations: how many sounds must be changed, stress aside.
        double edits = 0, sounds = 0;
        foreach (string line in File.ReadLines(Path.Combine(Fixtures.Fixture.Models("voice"), "lexicon.tsv")))
        {
            string[] fields = line.Split('\t');
            string expected = Plain(fields[1]), actual = Plain(LetterToSound.Convert(fields[0].Replace("'", "", StringComparison.Ordinal)));
            edits += Distance(expected, actual);
            sounds += expected.Length;
        }

        Assert.True(edits / sounds < 0.18, $"{100 * edits / sounds:0.0} % of the sounds differ");
    }

    [Theory]
    [InlineData("")]
    [InlineData("zzz")]
    [InlineData("ééé")]
    [InlineData("xyzzy")]
    [InlineData("straße")]
    public void Convert_AnyLetters_DoesNotThrow(string word) => Assert.NotNull(LetterToSound.Convert(word));

    [Fact]
    public void Read_LineWithoutPhonemes_NamesIt()
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, "a\tə\nbroken\n");
        Assert.Contains("line 2", Assert.Throws<OnnxModelException>(() => LexiconPhonemizer.Read(path)).Message, StringComparison.Ordinal);
        File.Delete(path);
    }

    [Theory]
    [InlineData("a's")]
    [InlineData("a")]
    [InlineData("b")]
    [InlineData("\ud800")]
    public async Task Phonemize_VeryLongWord_TakesTimeInProportion(string unit)
    {
        string text = string.Concat(Enumerable.Repeat(unit, 1_000_000 / unit.Length));
        await Task.Run(() => Own.Phonemize(text)).WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void Phonemize_PossessiveOfAWordOutsideTheLexicon_EndsInItsSound() =>
        Assert.Equal(Own.Phonemize("zibbet") + "s", Own.Phonemize("zibbet's"));

    private static string Plain(string phonemes) => phonemes.Replace("ˈ", "", StringComparison.Ordinal).Replace("ˌ", "", StringComparison.Ordinal).Replace("ː", "", StringComparison.Ordinal);

    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int previous = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = previous;
            }
        }

        return row[^1];
    }
}

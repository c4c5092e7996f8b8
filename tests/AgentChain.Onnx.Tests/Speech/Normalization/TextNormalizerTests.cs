using System.Globalization;
using System.Text.RegularExpressions;
using AgentChain.Onnx.Speech.Normalization;

namespace AgentChain.Onnx.Tests.Speech.Normalization;

public class TextNormalizerTests
{
    [Theory]
    [InlineData("Your balance is $49.99.", "Your balance is forty nine dollars and ninety nine cents.")]
    [InlineData("$1", "one dollar")]
    [InlineData("$0.01", "one cent")]
    [InlineData("$0.00", "zero dollars")]
    [InlineData("$6.00", "six dollars")]
    [InlineData("$1,250.50", "one thousand two hundred fifty dollars and fifty cents")]
    [InlineData("$1234", "one thousand two hundred thirty four dollars")]
    [InlineData("£3.01 or €20", "three pounds and one penny or twenty euros")]
    [InlineData("account 100200, card 4217", "account one zero zero two zero zero, card four two one seven")]
    [InlineData("call 555-0142", "call five five five, zero one four two")]
    [InlineData("007", "zero zero seven")]
    [InlineData("199 oak street", "one hundred ninety nine oak street")]
    [InlineData("it is 105.", "it is one hundred five.")]
    [InlineData("12,345 people", "twelve thousand three hundred forty five people")]
    [InlineData("3.14", "three point one four")]
    [InlineData("5% off", "five percent off")]
    [InlineData("-5 and 3-4", "minus five and three to four")]
    [InlineData("march 3", "march three")]
    [InlineData("March 3rd, 2026", "March third, twenty twenty six")]
    [InlineData("on 2026-03-05", "on march five twenty twenty six")]
    [InlineData("the 21st and the 30th", "the twenty first and the thirtieth")]
    [InlineData("9 am or 10pm", "nine a m or ten p m")]
    [InlineData("at 9:30 am, 9:05, 9:00", "at nine thirty a m, nine oh five, nine o'clock")]
    [InlineData("I am 9", "I am nine")]
    [InlineData("1 GB or 5GB", "one gigabyte or five gigabytes")]
    [InlineData("42 gigabytes", "forty two gigabytes")]
    [InlineData("you & me", "you and me")]
    [InlineData("", "")]
    [InlineData("nothing to do", "nothing to do")]
    public void Normalize_WrittenForm_GivesWords(string written, string spoken) => Assert.Equal(spoken, TextNormalizer.Normalize(written));

    [Fact]
    public void Normalize_EverySentenceOfTheDomain_AgreesWithTheRecipes()
    {
        foreach (string[] row in File.ReadAllLines(Fixture.Path("spoken.tsv")).Select(line => line.Split('\t')))
        {
            string words = Regex.Replace(TextNormalizer.Normalize(row[0]).ToLowerInvariant(), "[^a-z' ]", "");
            Assert.Equal(row[1], words);
        }
    }

    [Fact]
    public void Normalize_ForeignCulture_GivesTheSame()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("tr-TR");
            Assert.Equal("I PAID five dollars AT nine a m", TextNormalizer.Normalize("I PAID $5 AT 9 AM"));
            Assert.Equal("$5.50 IN march 3", InverseTextNormalizer.Normalize("FIVE dollars and FIFTY CENTS IN march THIRD"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Normalize_AnyCardinalAndOrdinal_ComesBack()
    {
        for (int number = 10; number < 1000; number++)
        {
            string digits = number.ToString(CultureInfo.InvariantCulture);
            Assert.Equal(digits, InverseTextNormalizer.Normalize(TextNormalizer.Normalize(digits)));
        }

        for (int day = 1; day <= 31; day++)
        {
            string date = FormattableString.Invariant($"march {day}");
            Assert.Equal(date, InverseTextNormalizer.Normalize(TextNormalizer.Normalize(date)));
            Assert.Equal(date, InverseTextNormalizer.Normalize(TextNormalizer.Normalize(date + (day % 10 == 1 && day != 11 ? "st" : "th"))));
        }
    }
}

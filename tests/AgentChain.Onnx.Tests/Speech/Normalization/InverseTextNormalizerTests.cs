using AgentChain.Onnx.Speech.Normalization;

namespace AgentChain.Onnx.Tests.Speech.Normalization;

public class InverseTextNormalizerTests
{
    [Theory]
    [InlineData("my account number is four five six one two three", "my account number is 456123")]
    [InlineData("four five six", "456")]
    [InlineData("four oh five", "405")]
    [InlineData("oh four five", "045")]
    [InlineData("four five o", "450")]
    [InlineData("oh no two of us", "oh no two of us")]
    [InlineData("double five", "55")]
    [InlineData("one double two triple oh seven", "1220007")]
    [InlineData("the double room", "the double room")]
    [InlineData("forty two seventeen", "4217")]
    [InlineData("twenty one dollars and fifty cents", "$21.50")]
    [InlineData("twenty one dollars fifty", "$21.50")]
    [InlineData("five dollars and nine cents please", "$5.09 please")]
    [InlineData("fifty cents", "$0.50")]
    [InlineData("two dollars and i paid", "$2 and i paid")]
    [InlineData("a hundred dollars", "$100")]
    [InlineData("one hundred sixty six dollars", "$166")]
    [InlineData("two hundred and five", "205")]
    [InlineData("three thousand two hundred and five", "3205")]
    [InlineData("two million", "2000000")]
    [InlineData("march third", "march 3")]
    [InlineData("march three", "march 3")]
    [InlineData("march the twenty first at nine a m", "march 21 at 9 am")]
    [InlineData("the third of march", "march 3")]
    [InlineData("may twenty eight", "may 28")]
    [InlineData("nine thirty a m", "9:30 am")]
    [InlineData("at nine thirty", "at 9:30")]
    [InlineData("twelve p m", "12 pm")]
    [InlineData("nine o'clock", "9 o'clock")]
    [InlineData("five gigabytes", "5 gigabytes")]
    [InlineData("seven oak street", "7 oak street")]
    [InlineData("five percent", "5%")]
    [InlineData("three point one four", "3.14")]
    [InlineData("i was charged two times", "i was charged two times")]
    [InlineData("a second line", "a second line")]
    [InlineData("no one is here", "no one is here")]
    [InlineData("i am here", "i am here")]
    [InlineData("I have Four, five. Six seven!", "I have Four, five. 67!")]
    [InlineData("twenty.", "20.")]
    [InlineData("and five hundred", "and 500")]
    [InlineData("", "")]
    [InlineData("hundred", "hundred")]
    [InlineData("double", "double")]
    [InlineData("oh", "oh")]
    public void Normalize_Words_GivesWrittenForm(string spoken, string written) => Assert.Equal(written, InverseTextNormalizer.Normalize(spoken));

    [Fact]
    public void Normalize_EveryQuestionAndValueOfTheDomain_GivesWhatWasWritten()
    {
        int rows = 0;
        foreach (string[] row in File.ReadAllLines(Fixture.Path("spoken.tsv")).Select(line => line.Split('\t')).Where(row => row[2].Length > 0))
        {
            Assert.Equal(row[2], InverseTextNormalizer.Normalize(row[1]));
            rows++;
        }

        Assert.True(rows > 200, $"only {rows} pairs were compared");
    }
}

using AgentChain.Onnx.Tokenization;

namespace AgentChain.Onnx.Tests.Tokenization;

public sealed class PrefixTableTests
{
    [Theory]
    [InlineData("")]
    [InlineData("##")]
    [InlineData("a")]
    public void Longest_OfRandomTexts_IsThatOfTryingEveryLength(string prefix)
    {
        var random = new Random(1);
        string[] entries = [.. Enumerable.Range(0, 300).Select(_ => (random.Next(2) == 0 ? prefix : "") + Word(random, 6)).Append(prefix).Distinct()];
        Dictionary<string, int> vocabulary = entries.Select((entry, id) => (entry, id)).ToDictionary(e => e.entry, e => e.id);
        var table = new PrefixTable(vocabulary, prefix);

        for (int i = 0; i < 5000; i++)
        {
            string text = Word(random, 9);
            int expected = Enumerable.Range(1, text.Length).Reverse().FirstOrDefault(length => vocabulary.ContainsKey(prefix + text[..length]));

            Assert.Equal(expected, table.Longest(text, out int id));
            Assert.Equal(expected == 0 ? -1 : vocabulary[prefix + text[..expected]], id);
        }
    }

    static string Word(Random random, int longest) => string.Concat(Enumerable.Range(0, random.Next(1, longest)).Select(_ => "abé\uFFFF#"[random.Next(5)]));
}

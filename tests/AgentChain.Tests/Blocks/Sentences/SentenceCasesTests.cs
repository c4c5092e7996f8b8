using AgentChain.Blocks.Sentences;
using AgentChain.Tests.Blocks.Cases;

namespace AgentChain.Tests.Blocks.Sentences;

public class SentenceCasesTests(ITestOutputHelper output)
{
    static readonly TimeSpan Hang = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("sentences.tsv")]
    [InlineData("sentences-further.tsv")]
    [InlineData("sentences-blind.tsv")]
    public void Regroup_Case_CutsIntoTheExpectedSentences(string file) =>
        TextCases.Check(file, text => string.Join('|', Feed(SentenceChunker.Default, [text])), output);

    [Fact]
    public void Regroup_MutatedCase_GivesEqualPiecesForAnyTokensAndLosesOnlySpace()
    {
        var random = new Random(23);
        IReadOnlyList<TextCase> cases = [.. TextCases.Read("sentences.tsv"), .. TextCases.Read("sentences-further.tsv"), .. TextCases.Read("sentences-blind.tsv")];
        SentenceChunker[] chunkers = [SentenceChunker.Default, new(new SentenceChunkerOptions { MaxLength = 24 }), new(new SentenceChunkerOptions { MaxLength = int.MaxValue })];
        foreach (string text in TextMutations.Of(cases, seed: 29, count: 4000).Concat(cases.Select(c => c.Input)))
        {
            SentenceChunker chunker = chunkers[random.Next(chunkers.Length)];
            List<string> whole = Feed(chunker, [text]);
            Assert.Equal(whole, Feed(chunker, text.Select(c => c.ToString())));
            List<string> tokens = [];
            for (int at = 0; at < text.Length; at += tokens[^1].Length)
            {
                tokens.Add(text.Substring(at, Math.Min(random.Next(1, 9), text.Length - at)));
            }

            Assert.Equal(whole, Feed(chunker, tokens));
            Assert.Equal(Bare(text), Bare(string.Concat(whole)));
            Assert.All(whole, piece => Assert.Equal(piece.Trim(), piece));
            Assert.DoesNotContain("", whole);
        }
    }

    [Theory]
    [InlineData("a")]
    [InlineData(".")]
    [InlineData("A. ")]
    [InlineData("Hello there. ")]
    [InlineData("( ")]
    [InlineData("「")]
    [InlineData("</")]
    [InlineData(" ")]
    public async Task Regroup_MegabytesInOnePiece_EndsWithEqualPieces(string part)
    {
        // Work that grows with the square of the length would take hours.
        string text = string.Concat(Enumerable.Repeat(part, (2 << 20) / part.Length));
        foreach (int most in new[] { 240, int.MaxValue })
        {
            var chunker = new SentenceChunker(new SentenceChunkerOptions { MaxLength = most });
            List<string> whole = await Task.Run(() => Feed(chunker, [text])).WaitAsync(Hang);
            Assert.Equal(whole, await Task.Run(() => Feed(chunker, text.Chunk(3).Select(c => new string(c)))).WaitAsync(Hang));
            Assert.Equal(Bare(text).Length, whole.Sum(s => Bare(s).Length));
        }
    }

    static string Bare(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    static List<string> Feed(SentenceChunker chunker, IEnumerable<string> tokens)
    {
        List<string> ready = [];
        IRegrouper<string, string> stream = chunker.Begin();
        foreach (string token in tokens)
        {
            stream.Add(token, ready);
        }

        stream.Complete(ready);
        return ready;
    }
}

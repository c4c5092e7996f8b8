using System.Runtime.CompilerServices;
using AgentChain.Blocks.Redaction;

namespace AgentChain.Tests.Blocks.Redaction;

public class PlaceholderRestorerTests
{
    static readonly RedactionMap Map = RedactionMap.Empty
        .Add(PersonalDataKind.Name, "maria lopez", out _)
        .Add(PersonalDataKind.Account, "482915", out _);

    [Theory]
    [InlineData("hello [name_1].", "hello maria lopez.")]
    [InlineData("[name_1][account_1]", "maria lopez482915")]
    [InlineData("[name_2] [card_1] [name_1", "[name_2] [card_1] [name_1")]
    [InlineData("[[name_1]]", "[maria lopez]")]
    [InlineData("[see [account_1]]", "[see 482915]")]
    [InlineData("[Name_1]", "[Name_1]")]
    public void Restore_Text_PutsKnownValuesBack(string text, string expected) =>
        Assert.Equal(expected, PlaceholderRestorer.Restore(text, Map));

    [Fact]
    public void Add_PieceWithoutPlaceholder_PassesAtOnce()
    {
        Assert.Equal(["your ", "balance [is] ", "[x"], Feed(["your ", "balance [is] ", "[x"], out int beforeEnd));
        Assert.Equal(3, beforeEnd);
    }

    [Fact]
    public void Add_PlaceholderInPieces_HoldsBackOnlyItsBeginning() =>
        Assert.Equal(["hello ", "maria lopez.", " bye"], Feed(["hello [", "name", "_1", "].", " bye"], out _));

    [Fact]
    public void Complete_BeginningOfAPlaceholder_ComesOutAsItIs()
    {
        Assert.Equal(["a", "[name_"], Feed(["a[na", "me_"], out int beforeEnd));
        Assert.Equal(1, beforeEnd);
    }

    [Fact]
    public void Add_AnyCut_ConcatenatesToTheRestoredWhole()
    {
        var random = new Random(11);
        string[] parts = ["[name_1]", "[account_1]", "[name_2]", "[", "]", "na", " and ", "[[", "_1]", "é", "[name_1"];
        for (int round = 0; round < 2000; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => parts[random.Next(parts.Length)]));
            List<string> pieces = [];
            for (int at = 0; at < text.Length;)
            {
                int length = Math.Min(random.Next(1, 6), text.Length - at);
                pieces.Add(text.Substring(at, length));
                at += length;
            }

            Assert.Equal(PlaceholderRestorer.Restore(text, Map), string.Concat(Feed(pieces, out _)));
        }
    }

    [Fact]
    public async Task Chain_Stream_RestoresEachTurnsOwnValues()
    {
        await using StreamChain<string, string> chain = Chain.From<string>("restore")
            .Then("redact", new PiiRedactor())
            .Stream<string>("tokens", Tokens)
            .Regroup("restore", new PlaceholderRestorer())
            .Build();

        string[] names = [.. Enumerable.Range(0, 20).Select(i => $"maria {(char)('a' + i)}lopez")];
        string[] answers = await Task.WhenAll(names.Select(async name =>
            string.Concat(await chain.RunToListAsync($"my name is {name}"))));
        Assert.Equal(names.Select(n => $"my name is {n}"), answers);
    }

    static async IAsyncEnumerable<string> Tokens(string text, BlockContext context, [EnumeratorCancellation] CancellationToken token)
    {
        foreach (char c in text)
        {
            await Task.Yield();
            yield return c.ToString();
        }
    }

    static List<string> Feed(IEnumerable<string> pieces, out int beforeEnd)
    {
        List<string> ready = [];
        IRegrouper<string, string> stream = PlaceholderRestorer.Begin(Map);
        foreach (string piece in pieces)
        {
            stream.Add(piece, ready);
        }

        beforeEnd = ready.Count;
        stream.Complete(ready);
        return ready;
    }
}

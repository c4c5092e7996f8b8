using System.Text;
using AgentChain.Onnx.Tests.Tokenization.Reference;
using AgentChain.Onnx.Tokenization;

namespace AgentChain.Onnx.Tests.Tokenization;

/// <summary>Texts without a place to split them: the work grows with their length, not with its square.</summary>
public sealed class LongTextTests
{
    static readonly TimeSpan Hang = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("a")]
    [InlineData("ab")]
    [InlineData("theq")]
    [InlineData(" ")]
    public void Apply_OfALongRun_LooksAtPairsInProportionToItsLength(string unit)
    {
        BytePairMerges merges = Merges();

        Assert.InRange(Looks(400_000), 1, Looks(100_000) * 4.1);
        Assert.InRange(Looks(400_000), 1, 400_000 * 8);

        long Looks(int length)
        {
            List<int> symbols = [.. Enumerable.Range(0, length).Select(i => (int)unit[i % unit.Length])], ids = [];
            return merges.Apply(symbols, ids);
        }
    }

    [Fact]
    public async Task Create_OfManyPairsOfEquals_Ends()
    {
        // The usual hash of two equal numbers is 0, so that a table of such pairs was one long list.
        var merges = await Task.Run(() => new BytePairMerges(Enumerable.Range(0, 400_000).Select(i => (i, i, i + 1)))).WaitAsync(Hang);
        List<int> ids = [];
        merges.Apply([7, 7, 7], ids);

        Assert.Equal([8, 7], ids);
    }

    [Theory]
    [InlineData("Qwen", "a")]
    [InlineData("Qwen", " ")]
    [InlineData("Qwen", "é")]
    [InlineData("Llama 3", "7")]
    [InlineData("GPT-2", "\n")]
    [InlineData("Gemma", "a")]
    [InlineData("Gemma", "the quick ")]
    [InlineData("Llama 2", "世")]
    [InlineData("BERT", "a")]
    public async Task Encode_OfAMillionCharacters_Ends(string layout, string unit)
    {
        Tokenizer tokenizer = TokenizerReader.Parse(Encoding.UTF8.GetBytes(TokenizerLayouts.Create(layout).ToJsonString()));
        string text = string.Concat(Enumerable.Repeat(unit, 1_000_000 / unit.Length));

        List<int> ids = await Task.Run(() => tokenizer.Encode(text)).WaitAsync(Hang);

        Assert.NotEmpty(ids);
    }

    static BytePairMerges Merges()
    {
        int next = 256;
        var table = new List<(int, int, int)>();
        foreach (string word in (string[])["aaaaaaaa", "abababab", "thequick", "        "])
        {
            int left = word[0];
            for (int i = 1; i < word.Length; i++)
            {
                table.Add((left, word[i], next));
                table.Add((next, next, next + 1));
                (left, next) = (next, next + 2);
            }
        }

        return new BytePairMerges(table);
    }
}

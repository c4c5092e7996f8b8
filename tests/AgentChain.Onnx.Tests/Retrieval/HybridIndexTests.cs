using AgentChain.Onnx.Retrieval;

namespace AgentChain.Onnx.Tests.Retrieval;

public sealed class HybridIndexTests
{
    static readonly RetrievalDocument Bill = new("bill", "the bill is due") { Questions = ["when do i pay"] };
    static readonly RetrievalDocument Store = new("store", "the store opens at nine");

    readonly HybridIndex _index = HybridIndex.Create([Bill, Store], [[1, 0], [0.6f, 0.8f], [0, 1]]);

    [Fact]
    public void Search_ByWords_FindsTheDocumentThatSharesThem() =>
        Assert.Equal(["store", "bill"], Ids(_index.Search("when does the STORE open? [name_1]", [])));

    [Fact]
    public void Search_ByWords_IsTheCosineOfRarityWeights()
    {
        // idf of a word in one of two documents is ln 3, in both ln 2; "the store" against "the store opens at nine".
        float rare = MathF.Log(3), common = MathF.Log(2);
        float shared = (rare * rare) + (common * common);
        float expected = shared / (MathF.Sqrt(shared) * MathF.Sqrt(shared + (3 * rare * rare)));

        RetrievalHit hit = _index.Search("the store", []).Hits[0];

        Assert.Equal("store", hit.Document.Id);
        Assert.Equal(expected, hit.Words, 5);
        Assert.Equal(0.5f * expected, hit.Score, 5);
    }

    [Fact]
    public void Search_ByMeaning_TakesADocumentsBestRow()
    {
        RetrievalResult result = _index.Search("zzz", new float[] { 0.6f, 0.8f });

        Assert.Equal(["bill", "store"], Ids(result));
        Assert.Equal(1f, result.Hits[0].Cosine, 5);
        Assert.Equal(0f, result.Hits[0].Words);
    }

    [Fact]
    public void Search_WithAWeight_LetsWordsOverruleMeaning()
    {
        HybridIndex heavy = HybridIndex.Create([Bill, Store], [[1, 0], [0.6f, 0.8f], [0, 1]], new HybridIndexOptions { WordWeight = 5, Top = 1 });

        Assert.Equal(["store"], Ids(heavy.Search("the store opens", new float[] { 1, 0 })));
        Assert.Equal("bill", Ids(_index.Search("the store opens", new float[] { 1, 0 }))[0]);
    }

    [Fact]
    public void Search_BelowTheLeastScore_FindsNothing()
    {
        HybridIndex strict = HybridIndex.Create([Store], [[0, 1]], new HybridIndexOptions { LeastScore = 0.5f });

        Assert.Equal(RetrievalResult.None, strict.Search("unknown words", new float[] { 1, 0 }));
    }

    [Fact]
    public void Create_WithTwoOfOneId_NamesIt() =>
        Assert.Contains("'bill'", Assert.Throws<ArgumentException>(() => HybridIndex.Create([Bill, Bill], [[1], [1], [1], [1]])).Message, StringComparison.Ordinal);

    [Fact]
    public void Create_WithTooFewVectors_SaysHowManyAreNeeded() =>
        Assert.Contains("3 texts and questions", Assert.Throws<ArgumentException>(() => HybridIndex.Create([Bill, Store], [[1]])).Message, StringComparison.Ordinal);

    [Fact]
    public void Search_WithAVectorOfAnotherEncoder_SaysSo() =>
        Assert.Contains("3 dimensions, but the index has 2", Assert.Throws<ArgumentException>(() => _index.Search("a", new float[3])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("What's MY balance?", "what's my balance")]
    [InlineData("o'''clock rock'n'roll", "o clock rock'n roll")]
    [InlineData("i am [name_1], 4821 [not one] [x_] $5", "i am not one x")]
    [InlineData("Größe café", "größe café")]
    public void Of_AText_GivesItsWords(string text, string expected) =>
        Assert.Equal(expected.Split(' ').Order(StringComparer.Ordinal), WordSets.Of(text).Order(StringComparer.Ordinal));

    [Fact]
    public void Equals_OfResults_ComparesWhatWasFound()
    {
        RetrievalResult first = _index.Search("the store opens", []), second = _index.Search("store opens", []);

        Assert.NotEqual(first.Hits[0].Score, second.Hits[0].Score);
        Assert.Equal(first, second);
        Assert.Equal(first.GetHashCode(), second.GetHashCode());
    }

    static string[] Ids(RetrievalResult result) => [.. result.Hits.Select(h => h.Document.Id)];
}

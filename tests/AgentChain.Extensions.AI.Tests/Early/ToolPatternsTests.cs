namespace AgentChain.Extensions.AI.Tests.Early;

public sealed class ToolPatternsTests
{
    [Fact]
    public void Probability_NothingLearned_IsTheMeanOfThePrior() =>
        Assert.Equal(0.25, new ToolPatterns(priorHits: 1, priorMisses: 3).Probability("request:bill", "look"));

    [Fact]
    public void Learn_EightOfTen_MovesFromThePriorToTheRate()
    {
        var patterns = new ToolPatterns(decay: 1);
        for (int i = 0; i < 10; i++)
        {
            patterns.Learn("request:bill", "look", followed: i < 8);
        }

        Assert.Equal(9.0 / 12, patterns.Probability("request:bill", "look"), 12);
        Assert.Equal(0.5, patterns.Probability("request:plan", "look"));
        Assert.Equal(0.5, patterns.Probability("request:bill", "search"));
    }

    [Fact]
    public void Learn_HabitChanges_OldCountsDecay()
    {
        var patterns = new ToolPatterns(decay: 0.9);
        Repeat(100, () => patterns.Learn("tool:look", "search", followed: true));
        Repeat(30, () => patterns.Learn("tool:look", "search", followed: false));

        Assert.InRange(patterns.Probability("tool:look", "search"), 0, 0.15);
    }

    [Fact]
    public void Learn_Full_ForgetsThePairThatWasUsedLeastRecently()
    {
        var patterns = new ToolPatterns(capacity: 2);
        patterns.Learn("a", "x", followed: true);
        patterns.Learn("b", "x", followed: true);
        patterns.Probability("a", "x");
        patterns.Learn("c", "x", followed: true);

        Assert.Equal(2, patterns.Count);
        Assert.Equal([2.0 / 3, 0.5, 2.0 / 3], new[] { "a", "b", "c" }.Select(after => patterns.Probability(after, "x")));
    }

    [Fact]
    public void Load_SavedTable_HasTheSameProbabilities()
    {
        var patterns = new ToolPatterns();
        patterns.Learn("request:\"bill\"", "look", followed: true);
        patterns.Learn("tool:look", "search", followed: false);
        var loaded = new ToolPatterns();
        loaded.Load(patterns.ToJson());

        Assert.Equal(patterns.ToJson(), loaded.ToJson());
        Assert.Equal(2.0 / 3, loaded.Probability("request:\"bill\"", "look"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"version":2,"patterns":[]}""")]
    [InlineData("""{"version":1,"patterns":[{"after":"a","tool":null,"hits":0,"total":1}]}""")]
    [InlineData("""{"version":1,"patterns":[{"after":"a","tool":"b","hits":2,"total":1}]}""")]
    [InlineData("""{"version":1,"patterns":[{"after":"a","tool":"b","hits":"1","total":1}]}""")]
    public void Load_DamagedText_IsRefusedAndChangesNothing(string json)
    {
        var patterns = new ToolPatterns();
        patterns.Learn("a", "x", followed: true);

        Assert.Throws<FormatException>(() => patterns.Load(json));
        Assert.Equal(2.0 / 3, patterns.Probability("a", "x"));
    }

    [Fact]
    public void Learn_FromManyThreads_LosesNoCount()
    {
        var patterns = new ToolPatterns(decay: 1);
        Parallel.For(0, 1000, i => patterns.Learn("a", "x", followed: i % 2 == 0));

        Assert.Equal(501.0 / 1002, patterns.Probability("a", "x"), 12);
    }

    static void Repeat(int times, Action action)
    {
        for (int i = 0; i < times; i++)
        {
            action();
        }
    }
}

using AgentChain.Onnx.Language;

namespace AgentChain.Onnx.Tests.Language.Batching;

/// <summary>Who takes the next step: as many as the most urgent one has time for.</summary>
public sealed class BatchChoiceTests
{
    /// <summary>Steps of 1 to 4 sequences take 4, 5, 8 and 11 ms.</summary>
    static StepTimes Times()
    {
        var times = new StepTimes(4);
        foreach ((int sequences, int milliseconds) in new[] { (1, 4), (2, 5), (3, 8), (4, 11) })
        {
            times.Record(sequences, TimeSpan.FromMilliseconds(milliseconds));
        }

        return times;
    }

    [Theory]
    [InlineData(new[] { -1, -1, -1, -1 }, 4)]
    [InlineData(new[] { -1, 100, -1, 11 }, 4)]
    [InlineData(new[] { -1, 100, -1, 10 }, 3)]
    [InlineData(new[] { 7, 100, -1, 9 }, 2)]
    [InlineData(new[] { -1, 4, -1, -1 }, 1)]
    [InlineData(new[] { 3, -1, -1, -1 }, 4)]
    [InlineData(new[] { 3, 0, -1, 6 }, 2)]
    public void Choose_BySlack_TakesAsManyAsTheMostUrgentHasTimeFor(int[] slack, int expected)
    {
        DecodeMember[] members = [.. slack.Select(Member)];

        Assert.Equal(expected, BatchChoice.Choose(members, 4, Times()));

        if (expected < members.Length)
        {
            Assert.Equal(slack.Where(s => s >= 4).Min(), members[0].Slack.TotalMilliseconds);
        }
    }

    [Fact]
    public void Choose_WhereEachRunHasOneSequence_CountsThemOneAfterAnother()
    {
        DecodeMember[] members = [Member(9), Member(-1), Member(-1), Member(-1)];

        Assert.Equal(2, BatchChoice.Choose(members, 1, Times()));
    }

    [Fact]
    public void Choose_BeforeAnyStep_TakesAll() => Assert.Equal(2, BatchChoice.Choose([Member(1), Member(-1)], 4, new StepTimes(4)));

    [Fact]
    public void Predict_OfAnUnknownNumber_IsAtMostOneAfterAnother()
    {
        var times = new StepTimes(8);
        times.Record(1, TimeSpan.FromMilliseconds(4));
        times.Record(2, TimeSpan.FromMilliseconds(5));

        Assert.Equal(TimeSpan.FromMilliseconds(10), times.Predict(4, 8));
        Assert.Equal(TimeSpan.FromMilliseconds(25), times.Predict(10, 8));
    }

    [Fact]
    public void Left_OfAnAnswer_FollowsEarlierOnes()
    {
        var lengths = new AnswerLengths();
        Assert.Equal(500, lengths.Left(0, 500));
        for (int i = 0; i < 100; i++)
        {
            lengths.Record(30);
        }

        Assert.Equal(30, lengths.Left(0, 500));
        Assert.Equal(10, lengths.Left(20, 500));
        Assert.Equal(40, lengths.Left(40, 500));
        Assert.Equal(5, lengths.Left(0, 5));
    }

    static DecodeMember Member(int milliseconds) => new(null!, null!, _ => true, new TokenSignal(TimeProvider.System), null, default)
    {
        Slack = milliseconds < 0 ? TimeSpan.MaxValue : TimeSpan.FromMilliseconds(milliseconds),
    };
}

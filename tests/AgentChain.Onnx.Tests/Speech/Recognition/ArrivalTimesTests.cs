using AgentChain.Onnx.Speech.Recognition;

namespace AgentChain.Onnx.Tests.Speech.Recognition;

public class ArrivalTimesTests
{
    static readonly TimeSpan Chunk = TimeSpan.FromMilliseconds(100);

    [Fact]
    public void Before_SilenceOfTwoChunks_GivesTheArrivalOfTheChunkWithTheLastSpeech()
    {
        ArrivalTimes arrivals = Arrived(10, 20, 30, 40);
        Assert.Equal(40, arrivals.Before(TimeSpan.Zero));
        Assert.Equal(30, arrivals.Before(TimeSpan.FromMilliseconds(150)));
        Assert.Equal(20, arrivals.Before(TimeSpan.FromMilliseconds(200)));
        Assert.Equal(10, arrivals.Before(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void EndedAt_ChunkThatTookTime_LeavesThatTimeOut()
    {
        ArrivalTimes arrivals = Arrived(10, 20);
        arrivals.Heard(27);
        Assert.Equal(23, arrivals.EndedAt(30));
        Assert.Equal(20, arrivals.EndedAt(27));
    }

    [Fact]
    public void Last_NothingArrived_IsZero()
    {
        Assert.Equal(0, Arrived().Last);
        Assert.Equal(0, Arrived().Before(Chunk));
        Assert.Equal(30, Arrived().EndedAt(30));
    }

    static ArrivalTimes Arrived(params long[] at)
    {
        var arrivals = new ArrivalTimes();
        foreach (long time in at)
        {
            arrivals.Add(Chunk, time);
        }

        return arrivals;
    }
}

using AgentChain.Onnx.Speech.Audio;
using VoiceAgent.Listening;

namespace VoiceAgent.Tests.Listening;

public class RecordingTests
{
    static readonly PcmAudio Recorded = PcmAudio.Adopt([.. Enumerable.Range(0, 2500).Select(i => i / 2500f)], 8000);

    [Fact]
    public async Task PlayAsync_NoPace_GivesAllSamplesInPieces()
    {
        List<PcmAudio> pieces = [];
        await foreach (PcmAudio piece in Recorded.PlayAsync(null))
        {
            pieces.Add(piece);
        }

        Assert.Equal([.. Enumerable.Repeat(160, 15), 100], pieces.Select(p => p.Length));
        Assert.Equal(Recorded.Samples.ToArray(), PcmAudio.Concat(pieces).Samples.ToArray());
    }

    [Fact]
    public async Task PlayAsync_Paced_GivesPiecesWhenTheyHaveBeenSpoken()
    {
        var clock = new StepClock();
        List<double> arrivals = [];
        await foreach (PcmAudio _ in Recorded.PlayAsync(clock))
        {
            arrivals.Add(clock.GetElapsedTime(0).TotalMilliseconds);
        }

        Assert.Equal([.. Enumerable.Range(1, 15).Select(i => 20.0 * i), 313], arrivals);
    }

    [Fact]
    public async Task PlayAsync_Cancelled_Stops()
    {
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (PcmAudio _ in Recorded.PlayAsync(null, stop.Token))
            {
                await stop.CancelAsync();
            }
        });
    }

    /// <summary>A clock that jumps to whatever is waited for.</summary>
    sealed class StepClock : TimeProvider
    {
        long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer(this, () => callback(state));
            timer.Change(dueTime, period);
            return timer;
        }

        sealed class Timer(StepClock clock, Action fire) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                if (dueTime > TimeSpan.Zero)
                {
                    ThreadPool.QueueUserWorkItem(_ =>
                    {
                        Interlocked.Add(ref clock._now, dueTime.Ticks);
                        fire();
                    });
                }

                return true;
            }

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => default;
        }
    }
}

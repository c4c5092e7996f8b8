using System.Runtime.CompilerServices;
using AgentChain.Onnx.Speech.Audio;

namespace VoiceAgent.Listening;

/// <summary>Plays a recording into a chain in pieces, like a microphone.</summary>
static class Recording
{
    /// <summary>The length of a microphone's buffer. Longer pieces delay hypotheses and the end of the question.</summary>
    static readonly TimeSpan Piece = TimeSpan.FromMilliseconds(20);

    /// <summary>Plays a recording.</summary>
    /// <param name="audio">The recording.</param>
    /// <param name="pace">
    /// The clock that determines when a piece has been spoken and arrives; <see langword="null"/> to let each piece arrive as soon as
    /// the listener has processed the previous one, which is equivalent for a listener that keeps up.
    /// </param>
    /// <param name="cancellationToken">A token that stops the playback.</param>
    public static async IAsyncEnumerable<PcmAudio> PlayAsync(
        this PcmAudio audio, TimeProvider? pace, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        int step = (int)(audio.SampleRate * Piece.TotalSeconds);
        long start = pace?.GetTimestamp() ?? 0;
        for (int at = 0; at < audio.Length; at += step)
        {
            int count = Math.Min(step, audio.Length - at);
            TimeSpan spoken = TimeSpan.FromSeconds((double)(at + count) / audio.SampleRate);
            if (pace is not null && spoken - pace.GetElapsedTime(start) is { } early && early > TimeSpan.Zero)
            {
                // A delay counts whole milliseconds: round up, so that no piece arrives before it has been spoken.
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(early.TotalMilliseconds)), pace, cancellationToken);
            }

            cancellationToken.ThrowIfCancellationRequested();
            yield return audio.Slice(at, count);
        }
    }
}

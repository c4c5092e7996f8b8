using System.Runtime.CompilerServices;
using AgentChain.Onnx.Speech.Audio;

namespace VoiceAgent.Listening;

/// <summary>Plays a recording into a chain in pieces, as a microphone would give them.</summary>
static class Recording
{
    /// <summary>As long as microphones' buffers are. With longer ones, hypotheses and the end of the question are late by that much.</summary>
    static readonly TimeSpan Piece = TimeSpan.FromMilliseconds(20);

    /// <summary>Plays it.</summary>
    /// <param name="audio">The recording.</param>
    /// <param name="pace">
    /// The clock by which pieces arrive when they have been spoken; <see langword="null"/> to let each arrive as soon as the
    /// listener has dealt with the one before, which is how it finds them when it keeps up.
    /// </param>
    /// <param name="cancellationToken">Stops the playing.</param>
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
                // A delay counts whole milliseconds: round up, so that nothing arrives before it has been spoken.
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(early.TotalMilliseconds)), pace, cancellationToken);
            }

            cancellationToken.ThrowIfCancellationRequested();
            yield return audio.Slice(at, count);
        }
    }
}

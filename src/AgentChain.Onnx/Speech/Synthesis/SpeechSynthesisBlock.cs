using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using AgentChain.Blocks;
using AgentChain.Devices;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Audio;

namespace AgentChain.Onnx.Speech.Synthesis;

/// <summary>Speaks text as a block: one text to one sound, or, as a stream block, sentence by sentence, the first as soon as it is ready.</summary>
/// <remarks>
/// Add the block with <c>On</c> the voice's device; the voice runs on its lane, and the token ends a run within one kernel.
/// One instance serves many turns at once; it holds nothing and needs no disposal. Where blocks may start early, give it a style without noise
/// (<see cref="SpeechStyle.NoiseScale"/>): the noise of a run depends on the runs before it, those in vain too.
/// </remarks>
public sealed partial class SpeechSynthesisBlock : IBlock<string, PcmAudio>, IStreamBlock<string, PcmAudio>, IWarmUp
{
    private readonly PiperVoice _voice;
    private readonly SpeechStyle _style;

    /// <summary>Makes a block.</summary>
    /// <param name="voice">The voice, which stays the caller's.</param>
    /// <param name="style">How to speak; null for the voice's own way.</param>
    /// <exception cref="ArgumentOutOfRangeException">The style is outside its range.</exception>
    public SpeechSynthesisBlock(PiperVoice voice, SpeechStyle? style = null)
    {
        ArgumentNullException.ThrowIfNull(voice);
        _voice = voice;
        _style = style ?? SpeechStyle.Default;
        _style.Validate();
    }

    /// <summary>Speaks a text in one piece.</summary>
    /// <param name="input">The text; nothing to say gives empty audio.</param>
    /// <param name="context">The turn.</param>
    /// <param name="cancellationToken">Ends the run within one kernel.</param>
    /// <returns>The sound.</returns>
    public ValueTask<PcmAudio> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        return SpeakAsync(input, BlockLanes.Of(context, _voice.Device), cancellationToken);
    }

    /// <inheritdoc/>
    IAsyncEnumerable<PcmAudio> IStreamBlock<string, PcmAudio>.InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        return SpeakSentencesAsync(input, BlockLanes.Of(context, _voice.Device), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken)
    {
        // Two lengths, so that the memory for the longer one is there and the shorter one was replanned once.
        await SpeakAsync("your balance is forty nine dollars and ninety nine cents.", BlockLanes.Of(context, _voice.Device), cancellationToken).ConfigureAwait(false);
        await SpeakAsync("hello.", BlockLanes.Of(context, _voice.Device), cancellationToken).ConfigureAwait(false);
    }

    // A full stop after a single letter or inside a number ends no sentence.
    [GeneratedRegex(@"(?<=(?<!\b\p{L})[.?!…]["")]?)\s+", RegexOptions.CultureInvariant)]
    private static partial Regex SentenceEnd();

    private async IAsyncEnumerable<PcmAudio> SpeakSentencesAsync(string text, DeviceLane lane, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (string sentence in SentenceEnd().Split(text))
        {
            PcmAudio audio = await SpeakAsync(sentence, lane, cancellationToken).ConfigureAwait(false);
            if (audio.Length > 0)
            {
                yield return audio;
            }
        }
    }

    private ValueTask<PcmAudio> SpeakAsync(string text, DeviceLane lane, CancellationToken cancellationToken) =>
        lane.RunAsync((Voice: _voice, Text: text, Style: _style), static (job, token) => job.Voice.Synthesize(job.Text, job.Style, token), cancellationToken);
}

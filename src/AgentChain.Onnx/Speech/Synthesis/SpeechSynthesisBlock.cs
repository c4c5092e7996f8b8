using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using AgentChain.Devices;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Audio;

namespace AgentChain.Onnx.Speech.Synthesis;

/// <summary>Represents a block that speaks text: one sound per text or, as a stream block, one per sentence when it is ready.</summary>
/// <remarks>
/// Add the block with <c>On</c> and the voice's device. The voice runs on the device's lane, and cancellation ends a run within one kernel.
/// One instance serves many turns at once; it holds no state and needs no disposal. If the block can speculate, give it a style without
/// noise (<see cref="SpeechStyle.NoiseScale"/>): the noise of a run depends on earlier runs, including discarded ones.
/// </remarks>
public sealed partial class SpeechSynthesisBlock : IBlock<string, PcmAudio>, IStreamBlock<string, PcmAudio>, IWarmUp, INeedsDevice
{
    private readonly IVoice _voice;
    private readonly SpeechStyle _style;

    /// <summary>Creates a block.</summary>
    /// <param name="voice">The voice. The caller keeps ownership.</param>
    /// <param name="style">The style, or null for the voice's own.</param>
    /// <exception cref="ArgumentOutOfRangeException">The style is outside its range.</exception>
    public SpeechSynthesisBlock(IVoice voice, SpeechStyle? style = null)
    {
        ArgumentNullException.ThrowIfNull(voice);
        _voice = voice;
        _style = style ?? SpeechStyle.Default;
        _style.Validate();
    }

    /// <summary>Gets the voice's device.</summary>
    public ComputeDevice Device => _voice.Device;

    /// <summary>Speaks a text in one piece.</summary>
    /// <param name="input">The text. If there is nothing to speak, the audio is empty.</param>
    /// <param name="context">The context of the turn.</param>
    /// <param name="cancellationToken">A token that ends the run within one kernel.</param>
    /// <returns>The sound.</returns>
    public ValueTask<PcmAudio> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        return SpeakAsync(input, BlockLanes.Of(context, _voice.Device), cancellationToken);
    }

    /// <inheritdoc/>
    IAsyncEnumerable<PcmAudio> IStreamBlock<string, PcmAudio>.InvokeAsync(
        string input, BlockContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        return SpeakSentencesAsync(input, BlockLanes.Of(context, _voice.Device), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken)
    {
        // Two lengths: the longer one allocates its memory, and the shorter one is replanned once.
        await SpeakAsync(
            "your balance is forty nine dollars and ninety nine cents.", BlockLanes.Of(context, _voice.Device), cancellationToken)
            .ConfigureAwait(false);
        await SpeakAsync("hello.", BlockLanes.Of(context, _voice.Device), cancellationToken).ConfigureAwait(false);
    }

    // A period after a single letter or inside a number does not end a sentence.
    [GeneratedRegex(@"(?<=(?<!\b\p{L})[.?!…]["")]?)\s+", RegexOptions.CultureInvariant)]
    private static partial Regex SentenceEnd();

    private async IAsyncEnumerable<PcmAudio> SpeakSentencesAsync(
        string text, DeviceLane lane, [EnumeratorCancellation] CancellationToken cancellationToken)
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
        lane.RunAsync(
            (Voice: _voice, Text: text, Style: _style),
            static (job, token) => Speak(job.Voice, job.Text, job.Style, token), cancellationToken);

    private static PcmAudio Speak(IVoice voice, string text, SpeechStyle style, CancellationToken cancellationToken) =>
        voice.Synthesize(text, style, cancellationToken)
            ?? throw new InvalidOperationException($"{voice.GetType().Name} returned no audio; return empty audio if there is nothing to speak.");
}

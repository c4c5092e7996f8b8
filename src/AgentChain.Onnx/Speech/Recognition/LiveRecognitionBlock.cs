using AgentChain.Devices;
using AgentChain.Onnx.Speech.Audio;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>Represents a block that recognizes live audio: hypotheses during speech, then the final transcript after a pause.</summary>
/// <remarks>
/// The input is a sequence of chunks of any length and one sample rate, as a microphone delivers them. The utterance ends at the first
/// pause of the hang-over time, or with the sequence; later audio is not read. Add the block with <c>On</c> and the model's device, and
/// with <c>LiveInput()</c>: the turn's report then separates the time up to the end of the speech from the pause after it, and the chain's
/// budget counts from the end of that pause. The model runs on the device's lane, and cancellation ends a run within one kernel. A sequence
/// without speech results in <see cref="Transcript.Silence"/>. One instance serves many turns at once. Dispose it before its recognizer.
/// </remarks>
public sealed class LiveRecognitionBlock : IRevisingBlock<IAsyncEnumerable<PcmAudio>, Transcript>, IWarmUp, INeedsDevice, IDisposable
{
    private readonly RecognitionEngine _engine;

    /// <summary>Creates a block.</summary>
    /// <param name="recognizer">The recognizer. The caller keeps ownership.</param>
    /// <param name="options">The settings, or null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is outside its range.</exception>
    public LiveRecognitionBlock(IRecognizer recognizer, RecognitionBlockOptions? options = null) =>
        _engine = new RecognitionEngine(recognizer, options);

    /// <summary>Gets the model's device.</summary>
    public ComputeDevice Device => _engine.Device;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The block was added without its model's device or <c>LiveInput()</c>.</exception>
    /// <exception cref="ArgumentException">The sample rate changed within the sequence.</exception>
    public IAsyncEnumerable<Hypothesis<Transcript>> InvokeAsync(
        IAsyncEnumerable<PcmAudio> input, BlockContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        return _engine.ListenAsync(input, live: true, context, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken) =>
        _engine.WarmUpAsync(context, cancellationToken);

    /// <summary>Releases the recognizer streams that are kept for later turns.</summary>
    public void Dispose() => _engine.Dispose();
}

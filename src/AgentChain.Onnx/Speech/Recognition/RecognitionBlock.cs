using AgentChain.Devices;
using AgentChain.Onnx.Speech.Audio;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>Represents a block that recognizes a recording: hypotheses while it processes the audio, then the final transcript.</summary>
/// <remarks>
/// A recording is recognized from its first speech to its last, across any pauses. Silence results in <see cref="Transcript.Silence"/>.
/// Add the block with <c>On</c> and the model's device. The model runs on the device's lane, and cancellation ends a run within one kernel.
/// One instance serves many turns at once. Dispose it before its recognizer.
/// </remarks>
public sealed class RecognitionBlock : IRevisingBlock<PcmAudio, Transcript>, IWarmUp, INeedsDevice, IDisposable
{
    private readonly RecognitionEngine _engine;

    /// <summary>Creates a block.</summary>
    /// <param name="recognizer">The recognizer. The caller keeps ownership.</param>
    /// <param name="options">The settings, or null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is outside its range.</exception>
    public RecognitionBlock(IRecognizer recognizer, RecognitionBlockOptions? options = null) =>
        _engine = new RecognitionEngine(recognizer, options);

    /// <summary>Gets the model's device.</summary>
    public ComputeDevice Device => _engine.Device;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The block was added without the model's device.</exception>
    public IAsyncEnumerable<Hypothesis<Transcript>> InvokeAsync(PcmAudio input, BlockContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        return _engine.ListenAsync(_engine.SliceAsync(input), live: false, context, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken) =>
        _engine.WarmUpAsync(context, cancellationToken);

    /// <summary>Releases the recognizer streams that are kept for later turns.</summary>
    public void Dispose() => _engine.Dispose();
}

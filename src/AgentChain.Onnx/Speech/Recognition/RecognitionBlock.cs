using AgentChain.Blocks;
using AgentChain.Onnx.Speech.Audio;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>Recognizes a recording as a block: hypotheses while it goes through the audio, then the final transcript.</summary>
/// <remarks>
/// A recording is listened to from its first speech to its last, over any pauses. Silence gives <see cref="Transcript.Silence"/>.
/// Add the block with <c>On</c> the model's device; the model runs on its lane, and the token ends a run within one kernel.
/// One instance serves many turns at once. Dispose it before its recognizer.
/// </remarks>
public sealed class RecognitionBlock : IRevisingBlock<PcmAudio, Transcript>, IWarmUp, IDisposable
{
    private readonly RecognitionEngine _engine;

    /// <summary>Makes a block.</summary>
    /// <param name="recognizer">The model, which stays the caller's.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is outside its range.</exception>
    public RecognitionBlock(CtcRecognizer recognizer, RecognitionBlockOptions? options = null) =>
        _engine = new RecognitionEngine(recognizer, options);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The block was added without the model's device.</exception>
    public IAsyncEnumerable<Hypothesis<Transcript>> InvokeAsync(PcmAudio input, BlockContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        return _engine.ListenAsync(_engine.SliceAsync(input), live: false, context, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken) => _engine.WarmUpAsync(context, cancellationToken);

    /// <summary>Releases what idle turns left behind.</summary>
    public void Dispose() => _engine.Dispose();
}

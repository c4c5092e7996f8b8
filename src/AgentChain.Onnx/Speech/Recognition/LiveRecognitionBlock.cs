using AgentChain.Blocks;
using AgentChain.Onnx.Speech.Audio;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>Recognizes live audio as a block: hypotheses while somebody speaks, the final transcript once he has been quiet.</summary>
/// <remarks>
/// The input is a sequence of chunks of one sample rate, of any length, as they come from a microphone. The utterance ends at the first pause of
/// the hang-over time, or with the sequence; what comes after is not read. Add the block with <c>On</c> the model's device and with
/// <c>LiveInput()</c>: the end of the speech and the pause that was waited for are then told apart in the turn's report, and the chain's
/// budget counts from there. The model runs on the device's lane, and the token ends a run within one kernel. A sequence that ends in silence
/// alone gives <see cref="Transcript.Silence"/>. One instance serves many turns at once. Dispose it before its recognizer.
/// </remarks>
public sealed class LiveRecognitionBlock : IRevisingBlock<IAsyncEnumerable<PcmAudio>, Transcript>, IWarmUp, IDisposable
{
    private readonly RecognitionEngine _engine;

    /// <summary>Makes a block.</summary>
    /// <param name="recognizer">The model, which stays the caller's.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is outside its range.</exception>
    public LiveRecognitionBlock(CtcRecognizer recognizer, RecognitionBlockOptions? options = null) =>
        _engine = new RecognitionEngine(recognizer, options);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The block was added without the model's device or without <c>LiveInput()</c>.</exception>
    /// <exception cref="ArgumentException">The sample rate changed within the sequence.</exception>
    public IAsyncEnumerable<Hypothesis<Transcript>> InvokeAsync(
        IAsyncEnumerable<PcmAudio> input, BlockContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        return _engine.ListenAsync(input, live: true, context, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken) => _engine.WarmUpAsync(context, cancellationToken);

    /// <summary>Releases what idle turns left behind.</summary>
    public void Dispose() => _engine.Dispose();
}

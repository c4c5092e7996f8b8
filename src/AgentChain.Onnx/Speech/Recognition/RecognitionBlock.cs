using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using AgentChain.Blocks;
using AgentChain.Devices;
using AgentChain.Onnx.Speech.Audio;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>Recognises speech as a block: hypotheses while the audio comes in, then the final transcript.</summary>
/// <remarks>
/// A whole recording is listened to from its first speech to its last, over any pauses. Live audio (a sequence of chunks of one rate) ends at
/// the first pause of the hang-over time; the rest of the sequence is not read. Silence gives <see cref="Transcript.Silence"/>.
/// The model runs on the lane of the block's device, or in place when the block asks for none; the token ends a run within one kernel.
/// One instance serves many turns at once. Dispose it before its recogniser.
/// </remarks>
public sealed class RecognitionBlock : IRevisingBlock<PcmAudio, Transcript>, IRevisingBlock<IAsyncEnumerable<PcmAudio>, Transcript>, IWarmUp, IDisposable
{
    private const int MaximumIdle = 16;

    private readonly CtcRecogniser _recogniser;
    private readonly RecognitionBlockOptions _options;
    private readonly ConcurrentDictionary<int, ConcurrentBag<UtteranceListener>> _idle = new();
    private bool _disposed;

    /// <summary>Makes a block.</summary>
    /// <param name="recogniser">The model, which stays the caller's.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is outside its range.</exception>
    public RecognitionBlock(CtcRecogniser recogniser, RecognitionBlockOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(recogniser);
        _recogniser = recogniser;
        _options = options ?? new RecognitionBlockOptions();
        _options.Validate();
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<Hypothesis<Transcript>> InvokeAsync(PcmAudio input, BlockContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        return ListenAsync(Slice(input), stopsAtEnd: false, LaneOf(context), cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<Hypothesis<Transcript>> InvokeAsync(IAsyncEnumerable<PcmAudio> input, BlockContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        return ListenAsync(input, stopsAtEnd: true, LaneOf(context), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken)
    {
        // A second of noise with a gap runs the full and the last, shorter graph once.
        float[] noise = new float[_recogniser.SampleRate];
        Random random = new(1);
        for (int i = noise.Length / 4; i < noise.Length; i++)
        {
            noise[i] = random.NextSingle() - 0.5f;
        }

        await foreach (Hypothesis<Transcript> _ in InvokeAsync(PcmAudio.Adopt(noise, _recogniser.SampleRate), context, cancellationToken).ConfigureAwait(false))
        {
        }
    }

    /// <summary>Releases what idle turns left behind.</summary>
    public void Dispose()
    {
        _disposed = true;
        foreach (ConcurrentBag<UtteranceListener> idle in _idle.Values)
        {
            while (idle.TryTake(out UtteranceListener? listener))
            {
                listener.Dispose();
            }
        }
    }

    private async IAsyncEnumerable<Hypothesis<Transcript>> ListenAsync(
        IAsyncEnumerable<PcmAudio> chunks, bool stopsAtEnd, DeviceLane? lane, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        UtteranceListener? listener = null;
        try
        {
            string said = "";
            double probability = 0;
            await foreach (PcmAudio chunk in chunks.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                listener ??= Rent(chunk.SampleRate, stopsAtEnd);
                if (chunk.SampleRate != listener.SampleRate)
                {
                    throw new ArgumentException($"The audio began with {listener.SampleRate} Hz and goes on with {chunk.SampleRate} Hz; one turn has one sample rate.", nameof(chunks));
                }

                listener.Input = chunk.Samples;
                if (await OnLaneAsync(lane, listener, static (l, token) => l.Hear(token), cancellationToken).ConfigureAwait(false))
                {
                    break;
                }

                Hypothesis<Transcript> hypothesis = listener.Hypothesis();
                if (hypothesis.Value.Words.Length > 0 && (hypothesis.Value.Words != said || Math.Abs(hypothesis.Probability - probability) >= _options.ProbabilityStep))
                {
                    (said, probability) = (hypothesis.Value.Words, hypothesis.Probability);
                    yield return hypothesis;
                }
            }

            yield return Hypothesis.Final(listener is null
                ? Transcript.Silence
                : await OnLaneAsync(lane, listener, static (l, token) => l.Finish(token), cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            Return(listener);
        }
    }

    private async IAsyncEnumerable<PcmAudio> Slice(PcmAudio audio)
    {
        int step = Math.Max(1, (int)((long)audio.SampleRate * _options.StepMilliseconds / 1000));
        for (int start = 0; start < audio.Length; start += step)
        {
            yield return audio.Slice(start, Math.Min(step, audio.Length - start));
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }

    private DeviceLane? LaneOf(BlockContext context)
    {
        if (context.Lease is not { } lease)
        {
            return null;
        }

        return lease.Device.Name == _recogniser.Device.Name
            ? lease.Lane
            : throw new InvalidOperationException($"Block '{context.Block}' runs on {lease.Device.Name}, but its recogniser was loaded onto {_recogniser.Device.Name}. Load it onto the block's device.");
    }

    private static ValueTask<TResult> OnLaneAsync<TResult>(
        DeviceLane? lane, UtteranceListener listener, Func<UtteranceListener, CancellationToken, TResult> job, CancellationToken cancellationToken) =>
        lane is null ? new ValueTask<TResult>(job(listener, cancellationToken)) : lane.RunAsync(listener, job, cancellationToken);

    private UtteranceListener Rent(int sampleRate, bool stopsAtEnd)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        UtteranceListener listener = _idle.TryGetValue(sampleRate, out ConcurrentBag<UtteranceListener>? idle) && idle.TryTake(out UtteranceListener? found)
            ? found
            : new UtteranceListener(_recogniser, sampleRate, _options);
        listener.StopsAtEnd = stopsAtEnd;
        return listener;
    }

    private void Return(UtteranceListener? listener)
    {
        if (listener is null)
        {
            return;
        }

        ConcurrentBag<UtteranceListener> idle = _idle.GetOrAdd(listener.SampleRate, static _ => []);
        if (_disposed || idle.Count >= MaximumIdle)
        {
            listener.Dispose();
            return;
        }

        listener.Reset();
        idle.Add(listener);
    }
}

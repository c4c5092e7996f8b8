using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using AgentChain.Devices;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Audio;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>Runs chunks of audio on the lane for the recognition blocks, yields hypotheses, and keeps idle listeners.</summary>
internal sealed class RecognitionEngine : IDisposable
{
    private const int MaximumIdle = 16;

    private readonly IRecognizer _recognizer;
    private readonly ConcurrentDictionary<int, ConcurrentBag<UtteranceListener>> _idle = new();
    private bool _disposed;

    public RecognitionEngine(IRecognizer recognizer, RecognitionBlockOptions? options)
    {
        ArgumentNullException.ThrowIfNull(recognizer);
        _recognizer = recognizer;
        Options = options ?? new RecognitionBlockOptions();
        Options.Validate();
    }

    public RecognitionBlockOptions Options { get; }

    public ComputeDevice Device => _recognizer.Device;

    public async IAsyncEnumerable<Hypothesis<Transcript>> ListenAsync(
        IAsyncEnumerable<PcmAudio> chunks, bool live, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        DeviceLane lane = BlockLanes.Of(context, _recognizer.Device);
        UtteranceListener? listener = null;
        try
        {
            var steps = new PublishingSteps(Options);
            ArrivalTimes arrivals = new();
            bool ended = false;
            await foreach (PcmAudio chunk in chunks.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                arrivals.Add(chunk.Duration, context.Time.GetTimestamp());
                listener ??= Rent(chunk.SampleRate, live);
                if (chunk.SampleRate != listener.SampleRate)
                {
                    throw new ArgumentException($"The audio started at {listener.SampleRate} Hz and continues at {chunk.SampleRate} Hz; a turn must have one sample rate.", nameof(chunks));
                }

                listener.Input = chunk.Samples;
                ended = await lane.RunAsync(listener, static (l, token) => l.Hear(token), cancellationToken).ConfigureAwait(false);
                arrivals.Heard(context.Time.GetTimestamp());
                if (ended)
                {
                    break;
                }

                Hypothesis<Transcript> hypothesis = listener.Hypothesis();
                if (steps.Take(hypothesis))
                {
                    yield return hypothesis;
                }
            }

            if (live)
            {
                context.InputEnded(
                    arrivals.Before(listener?.SinceSpeech ?? TimeSpan.Zero),
                    ended ? arrivals.Last : arrivals.EndedAt(context.Time.GetTimestamp()));
            }

            yield return Hypothesis.Final(listener is null
                ? Transcript.Silence
                : await lane.RunAsync(listener, static (l, token) => l.Finish(token), cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            Return(listener);
        }
    }

    /// <summary>Splits a recording into the steps between two hypotheses.</summary>
    public async IAsyncEnumerable<PcmAudio> SliceAsync(PcmAudio audio)
    {
        int step = Math.Max(1, (int)((long)audio.SampleRate * Options.StepMilliseconds / 1000));
        for (int start = 0; start < audio.Length; start += step)
        {
            yield return audio.Slice(start, Math.Min(step, audio.Length - start));
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }

    /// <summary>Recognizes a second of noise after a gap, which runs both the full graph and the last, shorter one.</summary>
    public async ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken)
    {
        float[] noise = new float[_recognizer.SampleRate];
        Random random = new(1);
        for (int i = noise.Length / 4; i < noise.Length; i++)
        {
            noise[i] = random.NextSingle() - 0.5f;
        }

        IAsyncEnumerable<PcmAudio> chunks = SliceAsync(PcmAudio.Adopt(noise, _recognizer.SampleRate));
        await foreach (Hypothesis<Transcript> _ in ListenAsync(chunks, live: false, context, cancellationToken).ConfigureAwait(false))
        {
        }
    }

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

    private UtteranceListener Rent(int sampleRate, bool live)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        UtteranceListener listener = _idle.TryGetValue(sampleRate, out ConcurrentBag<UtteranceListener>? idle)
            && idle.TryTake(out UtteranceListener? found)
            ? found
            : new UtteranceListener(_recognizer, sampleRate, Options);
        listener.StopsAtEnd = live;
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

        try
        {
            listener.Reset();
        }
        catch
        {
            // It cannot serve another turn. The error, of the host's stream or detector, fails this one.
            listener.Dispose();
            throw;
        }

        idle.Add(listener);
    }
}

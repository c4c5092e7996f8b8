using System.Buffers;

namespace AgentChain.Onnx.Speech.Audio;

/// <summary>Converts a mono signal from any sample rate to any other with a Kaiser-windowed sinc filter, chunk by chunk.</summary>
/// <remarks>
/// Polyphase, after J. O. Smith, "Digital Audio Resampling" (2002). The pass band ends at 0.92 of the lower Nyquist frequency; aliases are
/// at least 75 dB lower. Output sample <c>i</c> is at input time <c>i * from / to</c>, so there is no delay after <see cref="Flush"/>;
/// before it, the output lags by half the filter (64 samples of the lower rate).
/// The result does not depend on how the input is split. Use one instance per signal; not thread-safe; no allocation after warm-up.
/// </remarks>
sealed class Resampler
{
    private readonly ResamplerKernel _kernel;
    private float[] _history;
    private int _count;      // samples held in _history
    private long _origin;    // input position of _history[0]; the signal is zero before position 0
    private long _received;
    private long _produced;

    /// <summary>Creates a resampler for a pair of rates.</summary>
    /// <param name="from">The input rate in hertz, 1 to 768,000.</param>
    /// <param name="to">The output rate in hertz, 1 to 768,000.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rate is outside its range, or one is more than 1000 times the other.</exception>
    public Resampler(int from, int to)
    {
        SampleRates.Check(from);
        SampleRates.Check(to);
        if (from / to > 1000 || to / from > 1000)
        {
            throw new ArgumentOutOfRangeException(nameof(to), to, $"Rates can differ by a factor of at most 1000; the input rate is {from} Hz.");
        }

        _kernel = new ResamplerKernel(from, to);
        _history = new float[2 * _kernel.Taps + 1024];
        Reset();
    }

    /// <summary>Gets the input rate in hertz.</summary>
    public int From => _kernel.From;

    /// <summary>Gets the output rate in hertz.</summary>
    public int To => _kernel.To;

    /// <summary>Resamples a whole signal.</summary>
    /// <param name="samples">The mono signal.</param>
    /// <param name="from">The input rate in hertz, 1 to 768,000.</param>
    /// <param name="to">The output rate in hertz, 1 to 768,000.</param>
    /// <returns>A new array of <c>ceil(samples * to / from)</c> samples.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A rate is outside its range, or one is more than 1000 times the other.</exception>
    public static float[] Resample(ReadOnlySpan<float> samples, int from, int to)
    {
        if (from == to)
        {
            SampleRates.Check(from);
            return samples.ToArray();
        }

        Resampler resampler = new(from, to);
        ArrayBufferWriter<float> output = new(checked((int)((long)samples.Length * to / from)) + 16);
        resampler.Process(samples, output);
        resampler.Flush(output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Processes input and writes all output that it determines.</summary>
    /// <param name="input">The next samples.</param>
    /// <param name="output">Receives the samples that are now determined.</param>
    public void Process(ReadOnlySpan<float> input, IBufferWriter<float> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        while (!input.IsEmpty)
        {
            ReadOnlySpan<float> part = input[..Math.Min(input.Length, 4096)];
            Append(part);
            _received += part.Length;
            Produce(output, (_received - _kernel.Half) * To);
            input = input[part.Length..];
        }
    }

    /// <summary>Ends the signal: writes the remaining output, for a total of <c>ceil(input * to / from)</c> samples, and resets.</summary>
    /// <param name="output">Receives the last samples.</param>
    public void Flush(IBufferWriter<float> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Span<float> zeros = stackalloc float[256];
        zeros.Clear();
        for (int left = _kernel.Half + 1; left > 0; left -= zeros.Length)
        {
            Append(zeros);
        }

        Produce(output, _received * To);
        Reset();
    }

    /// <summary>Discards the signal so that another one can start.</summary>
    public void Reset()
    {
        Array.Clear(_history);
        _origin = -_kernel.Half;
        _count = _kernel.Half;
        _received = 0;
        _produced = 0;
    }

    private void Append(ReadOnlySpan<float> samples)
    {
        long needed = _produced * From / To - _kernel.Half + 1;
        int drop = (int)Math.Clamp(needed - _origin, 0, _count);
        if (_count + samples.Length > _history.Length)
        {
            float[] target = _count - drop + samples.Length > _history.Length ? new float[2 * (_count - drop + samples.Length)] : _history;
            _history.AsSpan(drop, _count - drop).CopyTo(target);
            _history = target;
            _origin += drop;
            _count -= drop;
        }

        samples.CopyTo(_history.AsSpan(_count));
        _count += samples.Length;
    }

    // An output is due while its input position, in units of 1 / To samples, is below the limit.
    private void Produce(IBufferWriter<float> output, long limit)
    {
        if (limit <= _produced * From)
        {
            return;
        }

        int due = checked((int)((limit - _produced * From + From - 1) / From));
        Span<float> target = output.GetSpan(due);
        for (int i = 0; i < due; i++, _produced++)
        {
            long position = _produced * From;
            int first = (int)(position / To - _kernel.Half + 1 - _origin);
            target[i] = _kernel.Apply(_history.AsSpan(first, _kernel.Taps), (int)(position % To));
        }

        output.Advance(due);
    }
}

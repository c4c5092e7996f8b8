using System.Buffers;
using Concentus;

namespace AgentChain.Onnx.Speech.Audio;

/// <summary>
/// Converts a mono signal from any sample rate to any other, chunk by chunk, with the Speex resampler at its best quality.
/// </summary>
/// <remarks>
/// A windowed sinc filter of 256 taps at the lower rate. The pass band ends at 0.94 of the lower Nyquist frequency; aliases are 115 dB
/// lower. Output sample <c>i</c> is at input time <c>i * from / to</c>, so there is no delay after <see cref="Flush"/>; before it, the
/// output lags by half the filter (128 samples of the lower rate, 8 ms at 16 kHz).
/// The result does not depend on how the input is split. Use one instance per signal; not thread-safe; no allocation after warm-up.
/// </remarks>
sealed class Resampler
{
    private const int BestQuality = 10;
    private const int LargestPiece = 4096;

    private readonly IResampler _speex;

    // The resampler takes spans that it could write to; it gets a copy of the input.
    private readonly float[] _piece = new float[LargestPiece];
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

        From = from;
        To = to;
        _speex = ResamplerFactory.CreateResampler(1, from, to, BestQuality);
        Reset();
    }

    /// <summary>Gets the input rate in hertz.</summary>
    public int From { get; }

    /// <summary>Gets the output rate in hertz.</summary>
    public int To { get; }

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
            ReadOnlySpan<float> part = input[..Math.Min(input.Length, LargestPiece)];
            part.CopyTo(_piece);
            _received += part.Length;
            Feed(_piece.AsSpan(0, part.Length), output, long.MaxValue);
            input = input[part.Length..];
        }
    }

    /// <summary>Ends the signal: writes the remaining output, for a total of <c>ceil(input * to / from)</c> samples, and resets.</summary>
    /// <param name="output">Receives the last samples.</param>
    public void Flush(IBufferWriter<float> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        long total = (_received * To + From - 1) / From;
        Array.Clear(_piece);
        while (_produced < total)
        {
            Feed(_piece, output, total);
        }

        Reset();
    }

    /// <summary>Discards the signal so that another one can start.</summary>
    public void Reset()
    {
        _speex.ResetMem();
        // The first output is then the one at the time of the first input, not half a filter before it.
        _speex.SkipZeroes();
        _received = 0;
        _produced = 0;
    }

    private void Feed(Span<float> input, IBufferWriter<float> output, long limit)
    {
        while (!input.IsEmpty && _produced < limit)
        {
            int room = (int)Math.Min(limit - _produced, Math.Min((long)input.Length * To / From, LargestPiece) + 2);
            int consumed = input.Length, produced = room;
            _speex.Process(0, input, ref consumed, output.GetSpan(room), ref produced);
            output.Advance(produced);
            _produced += produced;
            input = input[consumed..];
        }
    }
}

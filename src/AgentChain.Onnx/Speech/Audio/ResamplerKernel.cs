using System.Numerics;
using System.Runtime.InteropServices;

namespace AgentChain.Onnx.Speech.Audio;

/// <summary>The filter of a <see cref="Resampler"/>: one row of taps per fraction of an input sample.</summary>
internal sealed class ResamplerKernel
{
    // With 64 zero crossings per side at the lower rate and 80 dB, Kaiser's formulas give a transition band of 0.039 of that rate.
    private const int ZeroCrossings = 64;
    private const double Beta = 0.1102 * (80 - 8.7);
    private const double Transition = (80 - 8) / (2.285 * 2 * ZeroCrossings * 2 * Math.PI);
    private const int MaximumRows = 1024;

    private readonly float[] _rows;
    private readonly int _rowCount;
    private readonly int _divisor;
    private readonly bool _exact;

    public ResamplerKernel(int from, int to)
    {
        From = from;
        To = to;
        int common = (int)BigInteger.GreatestCommonDivisor(from, to);
        double scale = Math.Min(1.0, (double)to / from);

        // A filter that spans more input samples is smoother, so interpolation needs fewer rows.
        int rows = (int)Math.Ceiling(MaximumRows * scale);
        _exact = to / common <= rows;
        _rowCount = _exact ? to / common : rows;
        _divisor = _exact ? common : 1;
        Half = (int)Math.Ceiling(ZeroCrossings / scale);
        Taps = 2 * Half;
        _rows = new float[(_rowCount + 1) * Taps];
        double cutoff = scale * (1 - Transition);
        for (int row = 0; row <= _rowCount; row++)
        {
            Fill(_rows.AsSpan(row * Taps, Taps), (double)row / _rowCount, cutoff);
        }
    }

    public int From { get; }

    public int To { get; }

    /// <summary>The number of input samples on each side that affect an output sample.</summary>
    public int Half { get; }

    public int Taps { get; }

    /// <summary>Returns one output sample.</summary>
    /// <param name="window">Taps input samples. The output is <c>remainder / To</c> after the sample at Half - 1.</param>
    /// <param name="remainder">The position between two input samples, 0 to To - 1.</param>
    public float Apply(ReadOnlySpan<float> window, int remainder)
    {
        if (_exact)
        {
            return Dot(window, _rows.AsSpan(remainder / _divisor * Taps, Taps));
        }

        double position = (double)remainder * _rowCount / To;
        int row = (int)position;
        float fraction = (float)(position - row);
        float low = Dot(window, _rows.AsSpan(row * Taps, Taps)), high = Dot(window, _rows.AsSpan((row + 1) * Taps, Taps));
        return low + fraction * (high - low);
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        ReadOnlySpan<Vector<float>> va = MemoryMarshal.Cast<float, Vector<float>>(a), vb = MemoryMarshal.Cast<float, Vector<float>>(b);
        Vector<float> sums = Vector<float>.Zero;
        for (int i = 0; i < va.Length; i++)
        {
            sums += va[i] * vb[i];
        }

        float sum = Vector.Sum(sums);
        for (int i = va.Length * Vector<float>.Count; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    private void Fill(Span<float> row, double fraction, double cutoff)
    {
        double sum = 0;
        for (int tap = 0; tap < row.Length; tap++)
        {
            double x = tap - (Half - 1) - fraction;
            double edge = Math.Min(1, Math.Abs(x) / Half);
            double value = Sinc(cutoff * x) * Bessel0(Beta * Math.Sqrt(1 - edge * edge));
            row[tap] = (float)value;
            sum += value;
        }

        // Every row must pass a constant unchanged; otherwise the fraction would modulate the signal.
        float gain = (float)(1 / sum);
        for (int tap = 0; tap < row.Length; tap++)
        {
            row[tap] *= gain;
        }
    }

    private static double Sinc(double x) => Math.Abs(x) < 1e-12 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);

    // Modified Bessel function of the first kind, order 0, by its power series.
    private static double Bessel0(double x)
    {
        double sum = 1, term = 1;
        for (int k = 1; term > 1e-12 * sum; k++)
        {
            term *= x / (2 * k) * (x / (2 * k));
            sum += term;
        }

        return sum;
    }
}

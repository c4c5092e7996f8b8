namespace AgentChain.Onnx.Speech.Features;

/// <summary>Computes the discrete Fourier transform of real samples, of one fixed even length.</summary>
/// <remarks>
/// Two real samples share one complex number. The half-length complex transform is a self-sorting (Stockham) transform over the factors of
/// that length, so 512 and Whisper's 400 both take O(n log n); lengths with a large prime factor p take O(n p). After C. Temperton,
/// "Self-sorting mixed-radix fast Fourier transforms" (1983). Holds scratch memory: not thread-safe, and a transform allocates nothing.
/// </remarks>
internal sealed class RealFft
{
    private readonly int _half;
    private readonly int[] _factors;
    private readonly float[] _cos, _sin;           // e^(-2 pi i k / half)
    private readonly float[] _splitCos, _splitSin; // e^(-2 pi i k / length)
    private float[] _re, _im, _re2, _im2;

    /// <param name="length">The number of real samples, even and at least 4.</param>
    public RealFft(int length)
    {
        if (length < 4 || length % 2 != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(length), length, "The length of a real transform must be even and at least 4.");
        }

        Length = length;
        _half = length / 2;
        _factors = Factor(_half);
        (_cos, _sin) = Roots(_half, _half);
        (_splitCos, _splitSin) = Roots(length, _half + 1);
        _re = new float[_half];
        _im = new float[_half];
        _re2 = new float[_half];
        _im2 = new float[_half];
    }

    /// <summary>The number of real samples.</summary>
    public int Length { get; }

    /// <summary>The number of frequencies from 0 to the Nyquist frequency: length / 2 + 1.</summary>
    public int Bins => _half + 1;

    /// <summary>Computes the squared magnitudes of the transform, unscaled.</summary>
    /// <param name="samples">Length real samples.</param>
    /// <param name="power">Receives Bins values.</param>
    public void Power(ReadOnlySpan<float> samples, Span<float> power)
    {
        for (int i = 0; i < _half; i++)
        {
            _re[i] = samples[2 * i];
            _im[i] = samples[2 * i + 1];
        }

        Transform();
        for (int k = 0; k <= _half; k++)
        {
            int a = k == _half ? 0 : k, b = k == 0 ? 0 : _half - k;
            float evenRe = (_re[a] + _re[b]) * 0.5f, evenIm = (_im[a] - _im[b]) * 0.5f;
            float oddRe = (_im[a] + _im[b]) * 0.5f, oddIm = (_re[b] - _re[a]) * 0.5f;
            float re = evenRe + _splitCos[k] * oddRe - _splitSin[k] * oddIm;
            float im = evenIm + _splitCos[k] * oddIm + _splitSin[k] * oddRe;
            power[k] = re * re + im * im;
        }
    }

    private void Transform()
    {
        int n = _half, stride = 1;
        foreach (int radix in _factors)
        {
            switch (radix)
            {
                case 2:
                    Pass2(n, stride);
                    break;
                case 4:
                    Pass4(n, stride);
                    break;
                default:
                    Pass(n, stride, radix);
                    break;
            }

            (_re, _re2) = (_re2, _re);
            (_im, _im2) = (_im2, _im);
            n /= radix;
            stride *= radix;
        }
    }

    private void Pass2(int n, int stride)
    {
        int m = n / 2;
        for (int p = 0; p < m; p++)
        {
            float wr = _cos[p * stride], wi = _sin[p * stride];
            for (int q = 0; q < stride; q++)
            {
                int a = q + stride * p, b = a + stride * m, o = q + stride * 2 * p;
                float dr = _re[a] - _re[b], di = _im[a] - _im[b];
                _re2[o] = _re[a] + _re[b];
                _im2[o] = _im[a] + _im[b];
                _re2[o + stride] = dr * wr - di * wi;
                _im2[o + stride] = dr * wi + di * wr;
            }
        }
    }

    private void Pass4(int n, int stride)
    {
        int m = n / 4, step = stride * m;
        float[] re = _re, im = _im, re2 = _re2, im2 = _im2;
        for (int p = 0; p < m; p++)
        {
            int w = p * stride;
            float w1r = _cos[w], w1i = _sin[w], w2r = _cos[2 * w], w2i = _sin[2 * w], w3r = _cos[3 * w], w3i = _sin[3 * w];
            for (int q = 0; q < stride; q++)
            {
                int a = q + stride * p, o = q + stride * 4 * p;
                float s02r = re[a] + re[a + 2 * step], s02i = im[a] + im[a + 2 * step];
                float d02r = re[a] - re[a + 2 * step], d02i = im[a] - im[a + 2 * step];
                float s13r = re[a + step] + re[a + 3 * step], s13i = im[a + step] + im[a + 3 * step];
                float d13r = re[a + step] - re[a + 3 * step], d13i = im[a + step] - im[a + 3 * step];
                float x1r = d02r + d13i, x1i = d02i - d13r, x2r = s02r - s13r, x2i = s02i - s13i, x3r = d02r - d13i, x3i = d02i + d13r;
                re2[o] = s02r + s13r;
                im2[o] = s02i + s13i;
                re2[o + stride] = x1r * w1r - x1i * w1i;
                im2[o + stride] = x1r * w1i + x1i * w1r;
                re2[o + 2 * stride] = x2r * w2r - x2i * w2i;
                im2[o + 2 * stride] = x2r * w2i + x2i * w2r;
                re2[o + 3 * stride] = x3r * w3r - x3i * w3i;
                im2[o + 3 * stride] = x3r * w3i + x3i * w3r;
            }
        }
    }

    private void Pass(int n, int stride, int radix)
    {
        int m = n / radix, turn = _half / radix;
        for (int p = 0; p < m; p++)
        {
            for (int q = 0; q < stride; q++)
            {
                int a = q + stride * p, o = q + stride * radix * p;
                for (int j = 0; j < radix; j++)
                {
                    float sr = 0, si = 0;
                    for (int k = 0; k < radix; k++)
                    {
                        int w = j * k % radix * turn, x = a + k * stride * m;
                        sr += _re[x] * _cos[w] - _im[x] * _sin[w];
                        si += _re[x] * _sin[w] + _im[x] * _cos[w];
                    }

                    float wr = _cos[p * j * stride], wi = _sin[p * j * stride];
                    _re2[o + j * stride] = sr * wr - si * wi;
                    _im2[o + j * stride] = sr * wi + si * wr;
                }
            }
        }
    }

    private static (float[] Cos, float[] Sin) Roots(int length, int count)
    {
        float[] cos = new float[count], sin = new float[count];
        for (int k = 0; k < count; k++)
        {
            (double s, double c) = Math.SinCos(-2 * Math.PI * k / length);
            cos[k] = (float)c;
            sin[k] = (float)s;
        }

        return (cos, sin);
    }

    private static int[] Factor(int n)
    {
        List<int> factors = [];
        for (; n % 4 == 0; n /= 4)
        {
            factors.Add(4);
        }

        for (int p = 2; n > 1; p++)
        {
            for (; n % p == 0; n /= p)
            {
                factors.Add(p);
            }
        }

        return [.. factors];
    }
}

namespace AgentChain.Onnx.Speech.Features;

/// <summary>Triangular filters over the bins of a power spectrum, stored sparsely.</summary>
/// <remarks>Immutable and safe to share between threads.</remarks>
internal sealed class MelFilterBank
{
    private readonly int[] _first;
    private readonly float[][] _weights;

    private MelFilterBank(float[][] dense)
    {
        _first = new int[dense.Length];
        _weights = new float[dense.Length][];
        for (int filter = 0; filter < dense.Length; filter++)
        {
            int first = Array.FindIndex(dense[filter], w => w > 0), last = Array.FindLastIndex(dense[filter], w => w > 0);
            _first[filter] = Math.Max(first, 0);
            _weights[filter] = first < 0 ? [] : dense[filter][first..(last + 1)];
        }
    }

    /// <summary>The number of filters.</summary>
    public int Count => _weights.Length;

    /// <summary>Creates Kaldi's filters: triangles of height 1 that are linear on the mel scale 1127 ln(1 + f / 700).</summary>
    /// <param name="filters">The number of filters.</param>
    /// <param name="length">The length of the transform.</param>
    /// <param name="sampleRate">The sample rate in hertz.</param>
    /// <param name="low">The lower edge of the first filter in hertz.</param>
    /// <param name="high">The upper edge of the last filter in hertz.</param>
    public static MelFilterBank Kaldi(int filters, int length, int sampleRate, double low, double high)
    {
        double lowMel = KaldiMel(low), step = (KaldiMel(high) - lowMel) / (filters + 1);
        return new MelFilterBank(Dense(filters, length / 2, (filter, bin) =>
        {
            double mel = KaldiMel((double)bin * sampleRate / length), left = lowMel + filter * step;
            return Math.Min((mel - left) / step, (left + 2 * step - mel) / step);
        }));
    }

    /// <summary>Creates Slaney's filters as librosa does: triangles that are linear in hertz, centered on a scale that is linear below
    /// 1 kHz and logarithmic above, each of area 1.</summary>
    /// <param name="filters">The number of filters.</param>
    /// <param name="length">The length of the transform.</param>
    /// <param name="sampleRate">The sample rate in hertz; the filters span 0 to half of it.</param>
    public static MelFilterBank Slaney(int filters, int length, int sampleRate)
    {
        double top = SlaneyMel(sampleRate / 2.0);
        double Edge(int index) => SlaneyHertz(top * index / (filters + 1));
        return new MelFilterBank(Dense(filters, length / 2 + 1, (filter, bin) =>
        {
            double hertz = (double)bin * sampleRate / length, left = Edge(filter), centre = Edge(filter + 1), right = Edge(filter + 2);
            return Math.Min((hertz - left) / (centre - left), (right - hertz) / (right - centre)) * 2 / (right - left);
        }));
    }

    /// <summary>Applies every filter.</summary>
    /// <param name="power">The power spectrum, length / 2 + 1 bins.</param>
    /// <param name="energies">Receives Count energies.</param>
    public void Apply(ReadOnlySpan<float> power, Span<float> energies)
    {
        for (int filter = 0; filter < _weights.Length; filter++)
        {
            float[] weights = _weights[filter];
            ReadOnlySpan<float> bins = power.Slice(_first[filter], weights.Length);
            float sum = 0;
            for (int i = 0; i < weights.Length; i++)
            {
                sum += weights[i] * bins[i];
            }

            energies[filter] = sum;
        }
    }

    private static float[][] Dense(int filters, int bins, Func<int, int, double> weight)
    {
        float[][] dense = new float[filters][];
        for (int filter = 0; filter < filters; filter++)
        {
            dense[filter] = new float[bins];
            for (int bin = 0; bin < bins; bin++)
            {
                dense[filter][bin] = (float)Math.Max(0, weight(filter, bin));
            }
        }

        return dense;
    }

    private static double KaldiMel(double hertz) => 1127.0 * Math.Log(1.0 + hertz / 700.0);

    private static double SlaneyMel(double hertz) => hertz < 1000 ? hertz * 3 / 200 : 15 + Math.Log(hertz / 1000) * 27 / Math.Log(6.4);

    private static double SlaneyHertz(double mel) => mel < 15 ? mel * 200 / 3 : 1000 * Math.Exp((mel - 15) * Math.Log(6.4) / 27);
}

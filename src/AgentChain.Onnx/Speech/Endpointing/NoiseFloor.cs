namespace AgentChain.Onnx.Speech.Endpointing;

/// <summary>Tracks the smallest power of any 50 ms in a sliding window, as the minimum of each eighth of the window.</summary>
internal sealed class NoiseFloor
{
    private const int Parts = 8, Smoothed = 5, GatedFrames = 100;

    private readonly double[] _minima = new double[Parts];
    private readonly double[] _last = new double[Smoothed];
    private readonly int _framesPerPart;
    private long _count;
    private int _sinceSilence = GatedFrames;
    private int _inPart, _part;

    public NoiseFloor(int frames)
    {
        _framesPerPart = Math.Max(Smoothed, frames / Parts);
        Array.Fill(_minima, double.PositiveInfinity);
    }

    /// <summary>The number of 10 ms frames with a signal so far.</summary>
    public long Known => _count;

    /// <summary>Whether digital silence followed a signal within the last second of signal, as a noise gate or an editor leaves
    /// it.</summary>
    public bool IsGated => _sinceSilence < GatedFrames;

    /// <summary>The mean square of the noise; full scale (1) before the first signal.</summary>
    public double Power { get; private set; } = 1;

    /// <summary>Adds the power of a 10 ms frame.</summary>
    /// <param name="power">The mean square of the frame.</param>
    /// <param name="isSignal">Whether a microphone was on; digital silence reveals nothing about its noise.</param>
    public void Add(double power, bool isSignal)
    {
        if (!isSignal)
        {
            _sinceSilence = _count > 0 ? 0 : _sinceSilence;
            return;
        }

        _sinceSilence = Math.Min(_sinceSilence + 1, GatedFrames);

        _last[_count++ % Smoothed] = power;
        int known = (int)Math.Min(_count, Smoothed);
        double mean = 0;
        for (int i = 0; i < known; i++)
        {
            mean += _last[i];
        }

        _minima[_part] = Math.Min(_minima[_part], mean / known);
        if (++_inPart == _framesPerPart)
        {
            _inPart = 0;
            _part = (_part + 1) % Parts;
            _minima[_part] = double.PositiveInfinity;
        }

        double smallest = double.PositiveInfinity;
        foreach (double minimum in _minima)
        {
            smallest = Math.Min(smallest, minimum);
        }

        Power = double.IsPositiveInfinity(smallest) ? Power : smallest;
    }
}

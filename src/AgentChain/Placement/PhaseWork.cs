using AgentChain.Devices;

namespace AgentChain.Placement;

/// <summary>
/// Represents the work of a run of a phase, from which its time on a device follows by the device's data sheet. Immutable.
/// </summary>
/// <remarks>
/// A run takes as long as its arithmetic or as moving its bytes, whichever is longer. For a language model of N parameters and W bytes of weights
/// that reads n tokens: 2·N·n operations and W bytes; for one that then produces m tokens for b conversations at once:
/// 2·N·m operations, and m·(W/b + the bytes of the cache of one conversation) bytes. Source: the roofline model (Williams, Waterman and
/// Patterson, 2009).
/// </remarks>
public sealed record PhaseWork
{
    /// <summary>The shares of the rate and of the bandwidth of a data sheet that a run reaches, as in <c>RooflineCost</c>.</summary>
    const double ComputeEfficiency = 0.5;
    const double BandwidthEfficiency = 0.7;

    readonly double _operations, _bytes, _variation = 0.3, _share = 1;
    readonly TimeSpan _start;

    /// <summary>Gets the number of floating-point operations; not negative. The default is 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or not finite.</exception>
    public double Operations { get => _operations; init => _operations = OptionCheck.NotNegative(value, nameof(Operations)); }

    /// <summary>Gets the bytes that are moved between the device and its memory; not negative. The default is 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or not finite.</exception>
    public double Bytes { get => _bytes; init => _bytes = OptionCheck.NotNegative(value, nameof(Bytes)); }

    /// <summary>Gets the time that a run takes on top, such as that to start kernels; not negative. The default is 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan Start { get => _start; init => _start = OptionCheck.NotNegative(value, nameof(Start)); }

    /// <summary>Gets the standard deviation of the time as a share of its mean, from 0 to 100. The default is 0.3.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public double Variation { get => _variation; init => _variation = OptionCheck.Within(value, 0, 100, nameof(Variation)); }

    /// <summary>
    /// Gets the share of the device that a run keeps from others, greater than 0 and at most 1. The default is 1; 0.125 for a run that the
    /// device makes eight at a time, as decoding in batches.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public double DeviceShare { get => _share; init => _share = OptionCheck.Share(value, nameof(DeviceShare)); }

    /// <summary>Returns the time on a device with a data sheet.</summary>
    /// <param name="sheet">The data sheet. What it does not tell counts as infinitely fast if the other rate is known.</param>
    /// <returns>The time; <see langword="null"/> if the sheet tells neither rate.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="sheet"/> is <see langword="null"/>.</exception>
    public PhaseTime? On(DeviceSheet sheet)
    {
        ArgumentNullException.ThrowIfNull(sheet);
        if (sheet is { PeakFlops: null, MemoryBandwidth: null })
        {
            return null;
        }

        double compute = sheet.PeakFlops is { } rate ? _operations / (ComputeEfficiency * rate) : 0;
        double memory = sheet.MemoryBandwidth is { } bandwidth ? _bytes / (BandwidthEfficiency * bandwidth) : 0;
        TimeSpan mean = PhaseTime.ToTime(_start.TotalSeconds + Math.Max(compute, memory));
        return new PhaseTime(mean) { Variation = _variation, Busy = mean * _share };
    }
}

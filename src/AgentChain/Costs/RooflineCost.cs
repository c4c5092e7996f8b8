namespace AgentChain.Costs;

/// <summary>
/// Represents the cost of a decoder-only language model from its size and a device's data sheet: reading the prompt is bound by arithmetic
/// or by reading the weights once, each produced token by reading the weights and the key/value cache. Source: the roofline model
/// (Williams, Waterman and Patterson, 2009) with the counts of operations of a transformer (2 for each parameter and token).
/// </summary>
public sealed record RooflineCost : CostModel
{
    readonly double _parameters, _flops, _bytes, _weightBytes = 2, _cacheBytes, _compute = 0.5, _bandwidth = 0.7;
    readonly TimeSpan _start;

    /// <summary>Gets the number of parameters; greater than zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not greater than zero, or not finite.</exception>
    public required double Parameters { get => _parameters; init => _parameters = OptionCheck.Positive(value, nameof(Parameters)); }

    /// <summary>Gets the floating-point operations per second of the device at the weights' precision; greater than zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not greater than zero, or not finite.</exception>
    public required double OperationsPerSecond { get => _flops; init => _flops = OptionCheck.Positive(value, nameof(OperationsPerSecond)); }

    /// <summary>Gets the bytes per second between the device and its memory; greater than zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not greater than zero, or not finite.</exception>
    public required double BytesPerSecond { get => _bytes; init => _bytes = OptionCheck.Positive(value, nameof(BytesPerSecond)); }

    /// <summary>Gets the bytes of a weight; greater than zero. The default is 2.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not greater than zero, or not finite.</exception>
    public double BytesPerParameter { get => _weightBytes; init => _weightBytes = OptionCheck.Positive(value, nameof(BytesPerParameter)); }

    /// <summary>
    /// Gets the bytes of the key/value cache for a token: 2 × layers × key/value heads × head size × bytes. The default is 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or not finite.</exception>
    public double CacheBytesPerToken { get => _cacheBytes; init => _cacheBytes = OptionCheck.NotNegative(value, nameof(CacheBytesPerToken)); }

    /// <summary>Gets the share of the device's arithmetic that is reached, above 0 and at most 1. The default is 0.5.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public double ComputeEfficiency { get => _compute; init => _compute = OptionCheck.Share(value, nameof(ComputeEfficiency)); }

    /// <summary>Gets the share of the memory's bandwidth that is reached, above 0 and at most 1. The default is 0.7.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public double BandwidthEfficiency { get => _bandwidth; init => _bandwidth = OptionCheck.Share(value, nameof(BandwidthEfficiency)); }

    /// <summary>Gets the time that every run takes on top, such as that to start kernels; not negative. The default is 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan Start { get => _start; init => _start = OptionCheck.NotNegative(value, nameof(Start)); }

    internal override double Seconds(in CostFeatures features)
    {
        double weights = _parameters * _weightBytes / (_bandwidth * _bytes);
        double prefill = features.Tokens == 0 ? 0 : Math.Max(2 * _parameters * features.Tokens / (_compute * _flops), weights);
        double context = features.Tokens + (features.OutputTokens / 2);
        double step = Math.Max(2 * _parameters / (_compute * _flops), weights + (_cacheBytes * context / (_bandwidth * _bytes)));
        return _start.TotalSeconds + prefill + (features.OutputTokens == 0 ? 0 : features.OutputTokens * step);
    }
}

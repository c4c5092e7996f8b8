namespace AgentChain.Costs;

/// <summary>
/// Fits a start time and a time for each feature to observed runs, by recursive least squares on relative errors with forgetting (Ljung and
/// Söderström, 1983). Not thread-safe.
/// </summary>
sealed class CostFit
{
    /// <summary>The number of terms: one for the start and one for each feature.</summary>
    public const int Terms = CostFeatures.Count + 1;

    /// <summary>About the last thousand runs count.</summary>
    const double Memory = 0.999;

    /// <summary>
    /// How uncertain the terms are at first, and at most. The bound keeps forgetting from forgetting what traffic has not varied for long.
    /// </summary>
    const double Unknown = 1e4;

    /// <summary>The units in which a feature is about 1, so that the terms are of one size.</summary>
    static readonly double[] Units = [1, 1000, 100, 1, 10];

    readonly double[] _terms = new double[Terms];
    readonly double[,] _covariance = new double[Terms, Terms];

    public CostFit()
    {
        for (int i = 0; i < Terms; i++)
        {
            _covariance[i, i] = Unknown;
        }
    }

    /// <summary>The fitted terms: seconds at the start, and for each unit of each feature.</summary>
    public ReadOnlySpan<double> Values => _terms;

    /// <summary>Restores the terms of a saved fit, as certain as those of a few runs.</summary>
    public void Restore(ReadOnlySpan<double> terms)
    {
        terms.CopyTo(_terms);
        for (int i = 0; i < Terms; i++)
        {
            _covariance[i, i] = 1;
        }
    }

    /// <summary>Returns the expected seconds; negative or zero if the fit does not cover the features yet.</summary>
    public double Seconds(in CostFeatures features)
    {
        double sum = _terms[0];
        for (int i = 1; i < Terms; i++)
        {
            sum += _terms[i] * features[i - 1] / Units[i];
        }

        return sum;
    }

    /// <summary>Learns from a run.</summary>
    /// <param name="features">Its features.</param>
    /// <param name="seconds">The time that it took; greater than zero.</param>
    public void Add(in CostFeatures features, double seconds)
    {
        // Divided by the expected time, the error is relative: a short run counts as much as a long one.
        double expected = Seconds(features), scale = expected > 0 ? expected : seconds;
        Span<double> x = stackalloc double[Terms];
        Span<double> gain = stackalloc double[Terms];
        x[0] = 1 / scale;
        for (int i = 1; i < Terms; i++)
        {
            x[i] = features[i - 1] / Units[i] / scale;
        }

        double denominator = Memory;
        for (int i = 0; i < Terms; i++)
        {
            gain[i] = 0;
            for (int j = 0; j < Terms; j++)
            {
                gain[i] += _covariance[i, j] * x[j];
            }

            denominator += x[i] * gain[i];
        }

        double error = (seconds - expected) / scale;
        for (int i = 0; i < Terms; i++)
        {
            _terms[i] += gain[i] / denominator * error;
        }

        bool forgets = true;
        for (int i = 0; i < Terms; i++)
        {
            forgets &= _covariance[i, i] - (gain[i] * gain[i] / denominator) < Unknown * Memory;
        }

        double memory = forgets ? Memory : 1;
        for (int i = 0; i < Terms; i++)
        {
            for (int j = 0; j < Terms; j++)
            {
                _covariance[i, j] = (_covariance[i, j] - (gain[i] * gain[j] / denominator)) / memory;
            }
        }
    }
}

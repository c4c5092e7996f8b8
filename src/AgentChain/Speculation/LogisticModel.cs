namespace AgentChain.Speculation;

/// <summary>The weights of one block and their covariance. Not thread-safe.</summary>
sealed class LogisticModel
{
    const int Count = LogisticInputs.Count;

    /// <summary>Keeps a step finite if the model was very confident and wrong.</summary>
    const double LeastVariance = 0.01;

    readonly double[] _weights = new double[Count];
    readonly double[] _covariance = new double[Count * Count];
    readonly double _prior;
    readonly double _decay;

    public LogisticModel(double priorVariance, double decay)
    {
        (_prior, _decay) = (priorVariance, decay);
        _weights[LogisticInputs.Published] = 1;
        for (int i = 0; i < Count; i++)
        {
            _covariance[(i * Count) + i] = priorVariance;
        }
    }

    /// <summary>The number of requests that the model has learned from.</summary>
    public long Questions { get; private set; }

    public double Estimate(ReadOnlySpan<double> inputs) => Evidence.Logistic(Dot(_weights, inputs));

    public void Learn(ReadOnlySpan<double> inputs, bool cameTrue)
    {
        Questions++;
        double estimate = Estimate(inputs);
        Span<double> spread = stackalloc double[Count];
        for (int i = 0; i < Count; i++)
        {
            spread[i] = Dot(_covariance.AsSpan(i * Count, Count), inputs);
        }

        // Forget only along the direction of this request: the other directions would otherwise lose certainty without new evidence.
        double doubt = Math.Max(Dot(spread, inputs), double.Epsilon);
        double kept = doubt < _prior * Dot(inputs, inputs) ? _decay : 1;
        double information = Math.Max(estimate * (1 - estimate), LeastVariance);
        double whole = kept + (information * doubt);
        double step = ((cameTrue ? 1 : 0) - estimate) / whole;
        double shrink = (information - ((1 - kept) / doubt)) / whole;
        for (int i = 0; i < Count; i++)
        {
            _weights[i] += spread[i] * step;
            for (int j = 0; j < Count; j++)
            {
                _covariance[(i * Count) + j] -= spread[i] * spread[j] * shrink;
            }
        }
    }

    static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        double sum = 0;
        for (int i = 0; i < Count; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }
}

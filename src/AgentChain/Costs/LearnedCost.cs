namespace AgentChain.Costs;

/// <summary>
/// Predicts how long a block runs on a device: a declared <see cref="CostModel"/>, or one fitted to traffic, corrected by what runs took,
/// with the distribution of what remains unexplained. Thread-safe.
/// </summary>
/// <remarks>
/// <code>
///   features ──(1) model or fit ──(2) correction of the size ──(3) residuals ── a quantile, or the probability of a limit
///   run ended ──────────┴──────────────────┴───────────────────────┘ learns
/// </code>
/// Without any run, a prediction is within a third of the model's time in two out of three runs; with no model either, there is none.
/// </remarks>
public sealed class LearnedCost
{
    /// <summary>The sizes, by powers of two of a millisecond, that have a correction of their own.</summary>
    internal const int Sizes = 20;

    /// <summary>The least weight of a run in a correction: about the last twenty count.</summary>
    const double Weight = 0.05;

    /// <summary>The largest step of a correction, as a logarithm, so that one stuck run does not move it far.</summary>
    const double LargestStep = 1.5;

    /// <summary>The number of runs after which they are trusted, and how far from the fit a run can then count.</summary>
    const int Settled = 20;
    const double LargestRatio = 4;

    /// <summary>The number of runs after which the residuals lose half their weight.</summary>
    const double Recent = 8192;

    /// <summary>The largest number of runs after which the summary is computed again.</summary>
    const int SummaryRuns = 64;

    /// <summary>The residuals that an unknown distribution begins with: lognormal, one sixth above 1.35 times the median.</summary>
    static ReadOnlySpan<double> Prior => [0.632, 0.766, 0.864, 0.954, 1.048, 1.157, 1.305, 1.582];

    readonly Lock _lock = new();
    readonly CostFit _fit = new();
    readonly double[] _corrections = new double[Sizes];
    readonly int[] _corrected = new int[Sizes];
    readonly LatencySketch _residuals = new();
    readonly LatencySketch _times = new();
    CostModel? _model;
    long _runs;

    /// <summary>The mean and the variance of the residuals and of the times, and the number of runs when they were computed.</summary>
    (double Mean, double Variance) _ratio, _typical;
    long _summarizedAt = -1;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="model">The declared model; <see langword="null"/> to fit one to traffic.</param>
    public LearnedCost(CostModel? model = null)
    {
        _model = model;
        foreach (double ratio in Prior)
        {
            _residuals.Add(ratio);
        }
    }

    /// <summary>Restores a saved state that has been checked.</summary>
    internal LearnedCost(SavedCost saved)
    {
        (_model, _runs) = (saved.Model, saved.Runs);
        saved.Corrections.CopyTo(_corrections, 0);
        saved.Corrected.CopyTo(_corrected, 0);
        _fit.Restore(saved.Fit);
        foreach (double[] pair in saved.Residuals)
        {
            _residuals.Add(pair[0], pair[1]);
        }

        foreach (double[] pair in saved.Times)
        {
            _times.Add(pair[0], pair[1]);
        }
    }

    /// <summary>Gets the number of runs that it has learned from.</summary>
    public long Runs
    {
        get
        {
            lock (_lock)
            {
                return _runs;
            }
        }
    }

    /// <summary>Gets the declared model; <see langword="null"/> if there is none.</summary>
    public CostModel? Model
    {
        get
        {
            lock (_lock)
            {
                return _model;
            }
        }
    }

    /// <summary>Gets a value that indicates whether there is a model or at least one run to predict from.</summary>
    public bool CanPredict => Model is not null || Runs > 0;

    /// <summary>Learns from a run.</summary>
    /// <param name="features">The features of its input.</param>
    /// <param name="took">The time that it took on its device, without waiting; greater than zero, or it is ignored.</param>
    /// <exception cref="ArgumentOutOfRangeException">A feature is negative, not a number or above 10^12.</exception>
    public void Observe(CostFeatures features, TimeSpan took)
    {
        features.Checked(nameof(features));
        double seconds = took.TotalSeconds;
        if (seconds <= 0)
        {
            return;
        }

        lock (_lock)
        {
            if (_model is null)
            {
                // Once there is a fit, a run that was stuck counts as a slow one.
                double center = Center(features);
                _fit.Add(features, _runs < Settled ? seconds : Math.Clamp(seconds, center / LargestRatio, center * LargestRatio));
            }

            double expected = Expected(features);
            int size = SizeOf(expected);
            double correction = CorrectionOf(size);
            double step = Math.Clamp(Math.Log(seconds / expected) - correction, -LargestStep, LargestStep);

            // The residual is that of the prediction before the run, as a caller would have had it.
            _residuals.Add(seconds / (expected * Math.Exp(correction)));
            _corrections[size] = correction + (step * Math.Max(Weight, 1 / (_corrected[size] + 1.0)));
            _corrected[size] = Math.Min(_corrected[size], int.MaxValue - 1) + 1;
            _runs = Math.Min(_runs, long.MaxValue - 1) + 1;
            _times.Add(seconds);
            if (_residuals.Count >= Recent)
            {
                _residuals.Age(0.5);
                _times.Age(0.5);
            }
        }
    }

    /// <summary>
    /// Learns from a run that was ended before it was done: it counts as the median of the runs that take longer than that. Without them,
    /// a budget that ends slow runs would make the block look fast. Source: the imputation of Buckley and James (1979).
    /// </summary>
    /// <param name="features">The features of its input.</param>
    /// <param name="ran">The time after which it was ended; greater than zero, or it is ignored.</param>
    internal void ObserveCut(CostFeatures features, TimeSpan ran)
    {
        if (ran <= TimeSpan.Zero)
        {
            return;
        }

        TimeSpan longer = ran;
        lock (_lock)
        {
            if (Center(features.Checked(nameof(features))) is > 0 and var center)
            {
                double shorter = _residuals.ShareUpTo(ran.TotalSeconds / center);
                longer = CostModel.ToTime(center * _residuals.Quantile((1 + shorter) / 2));
            }
        }

        Observe(features, longer > ran ? longer : ran);
    }

    /// <summary>
    /// Halves the weight of the runs so far, because a new one shows that the block has changed, for example that a server is no longer slow:
    /// otherwise, as many runs as were slow would have to be quick before that is seen.
    /// </summary>
    internal void Forget()
    {
        lock (_lock)
        {
            _residuals.Age(0.5);
            _times.Age(0.5);
            _summarizedAt = -1;
        }
    }

    /// <summary>Returns the time that a run stays below with a probability.</summary>
    /// <param name="features">The features of the input.</param>
    /// <param name="probability">The probability, from 0 to 1. The default, 0.5, gives the median.</param>
    /// <returns>The time; zero if <see cref="CanPredict"/> is <see langword="false"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A feature or the probability is outside its range.</exception>
    public TimeSpan Predict(CostFeatures features, double probability = 0.5)
    {
        features.Checked(nameof(features));
        OptionCheck.Within(probability, 0, 1, nameof(probability));
        lock (_lock)
        {
            return CostModel.ToTime(Center(features) * _residuals.Quantile(probability));
        }
    }

    /// <summary>Returns the probability that a run takes at most a time.</summary>
    /// <param name="features">The features of the input.</param>
    /// <param name="limit">The time.</param>
    /// <returns>The probability, from 0 to 1; 1 if <see cref="CanPredict"/> is <see langword="false"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A feature is outside its range.</exception>
    public double ProbabilityWithin(CostFeatures features, TimeSpan limit)
    {
        features.Checked(nameof(features));
        lock (_lock)
        {
            double center = Center(features);
            return limit < TimeSpan.Zero ? 0 : center == 0 ? 1 : _residuals.ShareUpTo(limit.TotalSeconds / center);
        }
    }

    /// <summary>Returns a one-line description, such as <c>86.2 ms (p99 141.7 ms) after 240 runs</c>, for features of 0.</summary>
    /// <returns>The description.</returns>
    public override string ToString() => CanPredict
        ? OptionCheck.Text($"{Predict(default).TotalMilliseconds:0.0} ms (p99 {Predict(default, 0.99).TotalMilliseconds:0.0} ms) after {Runs} runs")
        : "unknown";

    /// <summary>
    /// Returns the mean, in seconds, and the variance of the runs to come, whose inputs are like those so far; before the first ones, for
    /// the model's time for features of 0.
    /// </summary>
    internal (double Mean, double Variance) Typical()
    {
        lock (_lock)
        {
            if (_runs >= Settled)
            {
                Summarize();
                return _typical;
            }

            return Scaled(Center(default));
        }
    }

    /// <summary>Returns the mean, in seconds, and the variance of a run.</summary>
    /// <param name="features">The features of its input, which were checked.</param>
    internal (double Mean, double Variance) Given(in CostFeatures features)
    {
        lock (_lock)
        {
            return Scaled(Center(features));
        }
    }

    /// <summary>Takes another declared model and keeps what was learned about the ratios.</summary>
    internal void Declare(CostModel model)
    {
        lock (_lock)
        {
            _model = model;
        }
    }

    /// <summary>
    /// Returns seconds in ascending order that stand for equal shares of the runs to come, whose inputs are like those so far; before the
    /// first ones, for the model's time for features of 0. Empty if nothing is known.
    /// </summary>
    internal double[] Samples(int count)
    {
        lock (_lock)
        {
            if (_runs >= Settled)
            {
                return _times.Samples(count);
            }

            double center = Center(default);
            return center == 0 ? [] : [.. _residuals.Samples(count).Select(ratio => ratio * center)];
        }
    }

    /// <summary>Returns the state to save.</summary>
    internal SavedCost Save(string block, string device, CostPart part)
    {
        lock (_lock)
        {
            return new SavedCost
            {
                Block = block,
                Device = device,
                Part = part,
                Runs = _runs,
                Model = _model,
                Fit = _fit.Values.ToArray(),
                Corrections = [.. _corrections],
                Corrected = [.. _corrected],
                Residuals = Pairs(_residuals),
                Times = Pairs(_times),
            };
        }
    }

    (double Mean, double Variance) Scaled(double center)
    {
        Summarize();
        return (center * _ratio.Mean, center * center * _ratio.Variance);
    }

    /// <summary>Summarizes the residuals and the times if enough runs have come since; a prediction for each turn is too often.</summary>
    void Summarize()
    {
        if (_summarizedAt >= 0 && _runs - _summarizedAt < Math.Clamp(_summarizedAt / 8, 1, SummaryRuns))
        {
            return;
        }

        (_ratio, _typical, _summarizedAt) = (_residuals.Moments(), _times.Moments(), _runs);
    }

    static double[][] Pairs(LatencySketch sketch) => [.. sketch.Values().Select(pair => new[] { pair.Key, pair.Value })];

    /// <summary>(1), (2): the corrected time, which the residuals are ratios to.</summary>
    double Center(in CostFeatures features)
    {
        if (_model is null && _runs == 0)
        {
            return 0;
        }

        double expected = Expected(features);
        return expected * Math.Exp(CorrectionOf(SizeOf(expected)));
    }

    /// <summary>(1) At least a microsecond: a fit can be negative where traffic has not been.</summary>
    double Expected(in CostFeatures features)
    {
        double seconds = _model?.Seconds(features) ?? _fit.Seconds(features);

        // At most the longest time, also if a model overflows or is not a number.
        return seconds < CostModel.LongestSeconds ? Math.Max(1e-6, seconds) : CostModel.LongestSeconds;
    }

    /// <summary>(2) The correction of the nearest smaller size that has one, then of the nearest larger one.</summary>
    double CorrectionOf(int size)
    {
        for (int away = 0; away < Sizes; away++)
        {
            if (size - away >= 0 && _corrected[size - away] > 0)
            {
                return _corrections[size - away];
            }

            if (size + away < Sizes && _corrected[size + away] > 0)
            {
                return _corrections[size + away];
            }
        }

        return 0;
    }

    static int SizeOf(double seconds) => Math.Clamp((int)Math.Log2(seconds * 1000) + 4, 0, Sizes - 1);
}

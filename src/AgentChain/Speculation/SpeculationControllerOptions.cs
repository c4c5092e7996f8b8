namespace AgentChain.Speculation;

/// <summary>How a <see cref="SpeculationController"/> decides. Immutable; checked when the controller is made.</summary>
/// <remarks>
/// <para>
/// The defaults come from a simulated voice chain: utterances of Banking77 with synthetic word times, hesitations and revisions, retrieval,
/// a language model on one server, speech synthesis, a 500 ms endpoint wait, and one waste budget of a share of 0.24 and 10 s for the
/// chain. Tuned on three seeds, they saved on five others, of what a clairvoyant policy saves in the median, at loads of the language
/// model from 0.05 to 0.8: 96 to 99 % for 3 to 4 % extra device work with an end-of-turn score of AUC 0.99, 86 to 96 % for 8 to 11 % with
/// AUC 0.92, and 80 to 87 % for 21 to 24 % with none. <c>docs/benchmarks/speculation.md</c> has the tables.
/// </para>
/// <para>They are no promise for other chains: <see cref="Shadow"/> and the decision log show what they would do.</para>
/// </remarks>
public sealed record SpeculationControllerOptions
{
    /// <summary>What is kept is allocated at once.</summary>
    const int MostKept = 1_000_000;

    /// <summary>Gets the defaults.</summary>
    public static SpeculationControllerOptions Default { get; } = new();

    /// <summary>
    /// Gets what a unit of device time at risk is worth, in units of waiting time. At 1 a millisecond of device time is worth a
    /// millisecond of waiting; higher starts less and wastes less.
    /// </summary>
    /// <value>1 by default; 0 or more. At 0 whatever may save time is started.</value>
    public double Price { get; init; } = 1;

    /// <summary>Gets how much the price rises, as a part of itself, for each unit of <see cref="SpeculationRequest.Load"/>.</summary>
    /// <value>
    /// 0.3 by default; 0 or more. Where certain work goes before speculative work, the saving hardly depends on it; where devices are
    /// first come, first served, it should be higher.
    /// </value>
    public double LoadPrice { get; init; } = 0.3;

    /// <summary>
    /// Gets how much the price rises, as a part of itself, while the waste budget goes from full to empty: so that what is left of it goes
    /// to the best chances and not to the first.
    /// </summary>
    /// <value>1 by default: the price doubles; 0 or more.</value>
    public double BudgetPrice { get; init; } = 1;

    /// <summary>Gets how much earlier work is started than at the last moment at which it would still be done in time.</summary>
    /// <value>20 ms by default; not negative. Cover what the estimates of the work may be wrong by.</value>
    public TimeSpan Margin { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Gets the most speculations that one block may start in a turn.</summary>
    /// <value><see langword="null"/> by default: price and budget decide alone; otherwise at least 1.</value>
    public int? MaxStartsPerTurn { get; init; }

    /// <summary>Gets what estimates the probabilities. An estimator that is shared learns from all its controllers.</summary>
    /// <value><see langword="null"/> by default: a <see cref="LogisticEstimator"/> of the controller's own.</value>
    public IProbabilityEstimator? Estimator { get; init; }

    /// <summary>Gets whether everything is decided, learned and logged, but nothing started.</summary>
    /// <value><see langword="false"/> by default.</value>
    public bool Shadow { get; init; }

    /// <summary>
    /// Gets over how many questions, of those worth a start, predictions are held against what came true, for each block. When too few did,
    /// nothing is started on the block until they fit again. It goes on learning meanwhile.
    /// </summary>
    /// <value>200 by default; 10 to 1,000,000. A quarter of it is enough for a verdict.</value>
    public int CalibrationWindow { get; init; } = 200;

    /// <summary>Gets how many standard deviations fewer than predicted may come true.</summary>
    /// <value>2.576 by default: the 99 % band; more than 0.</value>
    public double CalibrationBand { get; init; } = 2.576;

    /// <summary>Gets by how much the estimates may be wrong on top of that, as a part of all questions in the window.</summary>
    /// <value>0.05 by default, since questions of one turn are not independent and no model fits exactly; 0 to 1.</value>
    public double CalibrationTolerance { get; init; } = 0.05;

    /// <summary>Gets how many questions the decision log keeps.</summary>
    /// <value>256 by default, at most 1,000,000; 0 keeps none.</value>
    public int LogSize { get; init; } = 256;

    internal void Check()
    {
        OptionCheck.NotNegative(Price, Name(nameof(Price)));
        OptionCheck.NotNegative(LoadPrice, Name(nameof(LoadPrice)));
        OptionCheck.NotNegative(BudgetPrice, Name(nameof(BudgetPrice)));
        OptionCheck.NotNegative(Margin, Name(nameof(Margin)));
        OptionCheck.AtLeast(MaxStartsPerTurn ?? 1, 1, Name(nameof(MaxStartsPerTurn)));
        OptionCheck.Within(CalibrationWindow, 10, MostKept, Name(nameof(CalibrationWindow)));
        OptionCheck.Positive(CalibrationBand, Name(nameof(CalibrationBand)));
        OptionCheck.Within(CalibrationTolerance, 0, 1, Name(nameof(CalibrationTolerance)));
        OptionCheck.Within(LogSize, 0, MostKept, Name(nameof(LogSize)));
    }

    static string Name(string option) => $"{nameof(SpeculationControllerOptions)}.{option}";
}

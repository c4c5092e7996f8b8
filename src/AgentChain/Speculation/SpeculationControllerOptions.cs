namespace AgentChain.Speculation;

/// <summary>
/// Provides the options of a <see cref="SpeculationController"/>. Immutable. They are validated when the controller is created.
/// </summary>
/// <remarks>
/// <para>
/// The defaults come from a simulated voice chain: utterances of Banking77 with synthetic word times, hesitations and revisions, retrieval,
/// a language model on one server, speech synthesis, a 500 ms endpoint wait, and one waste budget with a share of 0.24 and a burst of 10 s
/// for the chain. They were tuned on three seeds and tested on five others, at loads of the language model from 0.05 to 0.8. In the median,
/// they achieved 96 to 99 % of the saving of a clairvoyant policy for 3 to 4 % extra device work with an end-of-turn score of AUC 0.99, 86
/// to 96 % for 8 to 11 % with AUC 0.92, and 80 to 87 % for 21 to 24 % without a score. <c>docs/benchmarks/speculation.md</c> has the
/// tables.
/// </para>
/// <para>Other chains can differ: <see cref="Shadow"/> and the decision log show how the defaults would perform.</para>
/// </remarks>
public sealed record SpeculationControllerOptions
{
    /// <summary>The limit of sizes that are allocated up front.</summary>
    const int MostKept = 1_000_000;

    /// <summary>Gets the default options.</summary>
    public static SpeculationControllerOptions Default { get; } = new();

    /// <summary>
    /// Gets the price of a unit of device time at risk, in units of waiting time. At 1, a millisecond of device time is worth a millisecond
    /// of waiting. A higher price starts less and wastes less.
    /// </summary>
    /// <value>1 by default; 0 or more. At 0, everything that can save time is started.</value>
    public double Price { get; init; } = 1;

    /// <summary>
    /// Gets the relative increase of the price for each unit of <see cref="SpeculationRequest.Load"/>.
    /// </summary>
    /// <value>
    /// 0.3 by default; 0 or more. If committed work has priority over speculative work, the saving hardly depends on this value. For
    /// devices that serve work first come, first served, it should be higher.
    /// </value>
    public double LoadPrice { get; init; } = 0.3;

    /// <summary>
    /// Gets the relative increase of the price as the waste budget goes from full to empty, so that the rest of the budget goes to the best
    /// chances rather than to the first.
    /// </summary>
    /// <value>1 by default, which doubles the price; 0 or more.</value>
    public double BudgetPrice { get; init; } = 1;

    /// <summary>Gets the safety margin before the last moment at which starting work would still be in time.</summary>
    /// <value>20 ms by default; not negative. It should cover the error of the work estimates.</value>
    public TimeSpan Margin { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Gets the maximum number of speculations that one block can start in a turn.</summary>
    /// <value><see langword="null"/> by default, which leaves the decision to price and budget; otherwise at least 1.</value>
    public int? MaxStartsPerTurn { get; init; }

    /// <summary>Gets the probability estimator. A shared estimator learns from all of its controllers.</summary>
    /// <value><see langword="null"/> by default, in which case the controller creates its own <see cref="LogisticEstimator"/>.</value>
    public IProbabilityEstimator? Estimator { get; init; }

    /// <summary>Gets a value that indicates whether the controller decides, learns and logs, but starts nothing.</summary>
    /// <value><see langword="false"/> by default.</value>
    public bool Shadow { get; init; }

    /// <summary>
    /// Gets the number of requests worth starting over which predictions are compared with results, for each block. If too few hypotheses
    /// came true, nothing is started on the block until predictions and results match again. Learning continues in the meantime.
    /// </summary>
    /// <value>200 by default; 10 to 1,000,000. A quarter of it is enough to detect drift.</value>
    public int CalibrationWindow { get; init; } = 200;

    /// <summary>
    /// Gets the tolerated shortfall of hypotheses that came true below the prediction, in standard deviations.
    /// </summary>
    /// <value>2.576 by default, which is the 99 % band; more than 0.</value>
    public double CalibrationBand { get; init; } = 2.576;

    /// <summary>Gets the additional tolerated error of the estimates, as a fraction of all requests in the window.</summary>
    /// <value>0.05 by default, because requests of one turn are not independent and no model fits exactly; 0 to 1.</value>
    public double CalibrationTolerance { get; init; } = 0.05;

    /// <summary>Gets the number of requests that the decision log keeps.</summary>
    /// <value>256 by default; at most 1,000,000. 0 disables the log.</value>
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

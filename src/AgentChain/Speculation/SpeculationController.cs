using System.Collections.Concurrent;

namespace AgentChain.Speculation;

/// <summary>
/// Starts work on a hypothesis if P x gain exceeds (1 - P) x cost x price, and as late as possible without losing time.
/// </summary>
/// <remarks>
/// <para>
/// P is the estimator's probability, learned from the result of every request. The gain is the time that the block and its speculating
/// downstream blocks can hide before the final value is known. The cost is the block's own device time that can be lost until then. If the
/// work takes at least that long, this is also the optimal stopping rule: each moment of waiting for more evidence loses P of it and spares
/// 1 - P of it. If there is more time than the path needs, the controller answers <see cref="SpeculationVerdict.Later"/>.
/// </para>
/// <para>Thread-safe. A decision takes well under a microsecond and allocates nothing.</para>
/// </remarks>
public sealed class SpeculationController : ISpeculationController
{
    static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    readonly ConcurrentDictionary<string, CalibrationWindow> _windows = new(StringComparer.Ordinal);
    readonly SpeculationControllerOptions _options;
    readonly IProbabilityEstimator _estimator;

    /// <summary>Initializes a controller that has learned nothing yet.</summary>
    /// <param name="options">
    /// The options of the controller, or <see langword="null"/> for <see cref="SpeculationControllerOptions.Default"/>.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public SpeculationController(SpeculationControllerOptions? options = null)
    {
        _options = options ?? SpeculationControllerOptions.Default;
        _options.Check();
        _estimator = _options.Estimator ?? new LogisticEstimator();
        Log = new(_options.LogSize);
    }

    /// <summary>Gets the log of the most recent requests, with predictions and results.</summary>
    public SpeculationLog Log { get; }

    /// <inheritdoc/>
    public SpeculationDecision Decide(in SpeculationRequest request)
    {
        double probability = _estimator.Estimate(request);
        if (!Evidence.IsProbability(probability))
        {
            return new(SpeculationVerdict.Decline, SpeculationReason.BadEstimate, 0, TimeSpan.Zero, TimeSpan.Zero);
        }

        TimeSpan path = Longer(request.Path, request.Work);
        TimeSpan gain = Within(path, request.TimeToFinal);
        TimeSpan cost = Within(request.Work, request.TimeToFinal);
        double risk = (1 - probability) * cost.TotalSeconds;
        (double left, double level) = request.Budget?.State ?? (double.PositiveInfinity, 1);
        double price = _options.Price * (1 + (_options.LoadPrice * Math.Max(request.Load, 0)) + (_options.BudgetPrice * (1 - level)));

        if (!(probability * gain.TotalSeconds > risk * price))
        {
            return Answer(SpeculationVerdict.Decline, SpeculationReason.NotWorth);
        }

        if (request.TimeToFinal - path - _options.Margin is { } spare && spare > TimeSpan.Zero)
        {
            return Answer(SpeculationVerdict.Later, SpeculationReason.StillFree) with { AskAgainIn = Longer(spare, ShortestWait) };
        }

        if (request.Started >= (_options.MaxStartsPerTurn ?? int.MaxValue))
        {
            return Answer(SpeculationVerdict.Decline, SpeculationReason.TooOften);
        }

        if (HasDrifted(request.Block))
        {
            return Answer(SpeculationVerdict.Decline, SpeculationReason.Drifted);
        }

        if (risk > left)
        {
            return Answer(SpeculationVerdict.Decline, SpeculationReason.OverBudget);
        }

        return _options.Shadow
            ? Answer(SpeculationVerdict.Decline, SpeculationReason.Shadow)
            : Answer(SpeculationVerdict.Start, SpeculationReason.Worth);

        SpeculationDecision Answer(SpeculationVerdict verdict, SpeculationReason reason) =>
            new(verdict, reason, probability, gain, cost);
    }

    /// <inheritdoc/>
    public void Resolve(in SpeculationResolution resolution)
    {
        SpeculationRequest request = resolution.Request;
        SpeculationDecision decision = resolution.Decision;
        _estimator.Learn(request, resolution.CameTrue);
        if (decision.Reason is SpeculationReason.Worth or SpeculationReason.Shadow or SpeculationReason.Drifted or SpeculationReason.OverBudget
            && Evidence.IsProbability(decision.Probability))
        {
            Watch(request.Block, decision.Probability, resolution.CameTrue);
        }

        TimeSpan predicted = Evidence.IsProbability(decision.Probability)
            ? Within(request.Work, request.TimeToFinal) * decision.Probability
            : TimeSpan.Zero;
        Log.Add(new(
            request.Now, request.Block, decision, resolution.CameTrue, resolution.Started, predicted, resolution.Saved, resolution.Wasted));
    }

    /// <summary>Determines whether the estimates for a block have drifted. While they have, nothing is started on the block.</summary>
    /// <param name="block">The name of the block.</param>
    /// <returns>
    /// <see langword="true"/> if the estimates have drifted; otherwise, <see langword="false"/>, also for a block without requests.
    /// </returns>
    public bool HasDrifted(string block)
    {
        if (!_windows.TryGetValue(block, out CalibrationWindow? window))
        {
            return false;
        }

        lock (window)
        {
            return window.HasDrifted;
        }
    }

    void Watch(string block, double probability, bool cameTrue)
    {
        if (!_windows.TryGetValue(block, out CalibrationWindow? window))
        {
            window = _windows.GetOrAdd(
                block, new CalibrationWindow(_options.CalibrationWindow, _options.CalibrationBand, _options.CalibrationTolerance));
        }

        lock (window)
        {
            window.Add(probability, cameTrue);
        }
    }

    static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    static TimeSpan Within(TimeSpan time, TimeSpan? limit)
    {
        TimeSpan shorter = limit is { } most && most < time ? most : time;
        return shorter > TimeSpan.Zero ? shorter : TimeSpan.Zero;
    }
}

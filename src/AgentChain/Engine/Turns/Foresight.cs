using AgentChain.Forecasts;

namespace AgentChain.Engine.Turns;

/// <summary>Decides from its prediction whether a turn goes on. Costs nothing for a turn without a limit that is due.</summary>
static class Foresight
{
    /// <summary>Predicts a whole turn that starts now.</summary>
    /// <param name="plan">What predicts the chain.</param>
    /// <param name="forecast">What the turn's input tells; null for nothing.</param>
    /// <param name="limit">The limit of the turn; null for none.</param>
    public static TurnPrediction OfStart(ForecastPlan plan, TurnForecast forecast, TimeSpan? limit) =>
        AtTheDoor(plan, plan.Whole(forecast), limit?.TotalSeconds, out _);

    /// <summary>Decides whether a turn is admitted; if not, ends it.</summary>
    public static bool Admits<TTurn>(ForecastPlan plan, TurnCore turn, TTurn input)
    {
        TurnForecast forecast = plan.Read(input);
        turn.Forecast = forecast;
        TurnPrediction prediction = default;
        double? left = SecondsLeft(turn);
        if (left is not null)
        {
            prediction = AtTheDoor(plan, plan.Whole(forecast), left, out double score);
            forecast.Score = score;
            _ = prediction.OnTime < plan.RejectBelow && plan.MayTry(forecast, turn.Runtime.LiveTurns == 1);
        }

        if (forecast.IsProbe || left is null || prediction.OnTime >= plan.RejectBelow)
        {
            if (!forecast.IsProbe)
            {
                plan.Admitted();
            }

            forecast.Admit();
            if (turn.IsOver)
            {
                // The turn may have ended before it was counted, and would then stay counted forever.
                forecast.End(null);
            }

            return true;
        }

        Reject(turn, null, $"Chain '{turn.Runtime.Name}' rejects the turn, which would be late", prediction);
        return false;
    }

    /// <summary>Decides whether a block runs. A turn to be given up is ended by <see cref="GiveUp"/>.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="node">The block.</param>
    /// <param name="own">The predicted time of the block.</param>
    /// <param name="mayReject">Whether the turn can be given up here; otherwise, it can only be degraded.</param>
    /// <param name="prediction">The prediction for which the turn is to be given up.</param>
    public static Fate Decide(TurnCore turn, BlockNode node, in Estimate own, bool mayReject, out TurnPrediction prediction)
    {
        prediction = default;
        TurnForecast? forecast = turn.Forecast;
        if (node.Forecast is not { Plan: { } plan } block || SecondsLeft(turn) is not { } left)
        {
            return Fate.Runs;
        }

        Estimate full = plan.From(block, own, forecast, waits: true);
        bool isInTime = full.Within(left) >= plan.RejectBelow;
        if (forecast is { IsProbe: true })
        {
            return isInTime ? Fate.Runs : OfProbe(forecast, block);
        }

        if (isInTime)
        {
            block.Runs();
            return Fate.Runs;
        }

        Estimate least = block.HasInstead ? plan.From(block, block.OwnInstead(), forecast, waits: true) : full;
        bool canDegrade = block.HasInstead && least.Within(left) >= plan.RejectBelow;
        if (!canDegrade && !mayReject)
        {
            return Fate.Runs;
        }

        // Where a fallback can serve the turn, the block is tried only if a budget of its own ends the trial in favor of the fallback.
        if (mayReject && forecast is not null && (!canDegrade || node.HasBudget) && block.MayTry(forecast))
        {
            return OfProbe(forecast, block);
        }

        if (canDegrade)
        {
            return Fate.IsDegraded;
        }

        prediction = Against(least, left);
        return Fate.IsRejected;
    }

    /// <summary>Ends a turn before a block. The caller has released what it holds for the turn, as after any other end.</summary>
    public static void GiveUp(TurnCore turn, BlockNode node, TurnPrediction prediction) =>
        Reject(turn, node.Name, $"Block '{node.Name}' does not run, because the turn would be late", prediction);

    /// <summary>Returns the time by which a value must have a worker, and the predicted rest; null if the turn has no limit that is due.</summary>
    public static (long StartBy, double Remains)? SlackOf(TurnCore turn, BlockForecast block, in Estimate own)
    {
        if (turn.FirstDue is not { } due || block.Plan is not { } plan)
        {
            return null;
        }

        // A probe runs because nothing waits, so its place in the order does not matter.
        double rest = plan.From(block, own, turn.Forecast, waits: false).Mean;
        return (due - (long)(rest * turn.Runtime.Time.TimestampFrequency), rest);
    }

    static Fate OfProbe(TurnForecast probe, BlockForecast block) =>
        probe.TriesInstead && block.Instead is not null ? Fate.IsDegraded : Fate.Runs;

    static double? SecondsLeft(TurnCore turn) => turn.FirstDue is { } due
        ? (double)(due - turn.Runtime.Now) / turn.Runtime.Time.TimestampFrequency
        : null;

    static TurnPrediction AtTheDoor(ForecastPlan plan, in Estimate estimate, double? left, out double score)
    {
        score = left is { } limit ? estimate.Score(limit) : double.NaN;
        TurnPrediction prediction = Against(estimate, left);
        return left is null ? prediction : prediction with { OnTime = NormalDistribution.Below(plan.Calibration.Correct(score)) };
    }

    static TurnPrediction Against(in Estimate estimate, double? left) => new()
    {
        Expected = Costs.CostModel.ToTime(estimate.Mean),
        Waiting = Costs.CostModel.ToTime(estimate.Waiting),
        Left = left is { } seconds ? TimeSpan.FromSeconds(Math.Max(0, seconds)) : null,
        OnTime = left is { } limit ? estimate.Within(limit) : 1,
    };

    static void Reject(TurnCore turn, string? block, string what, TurnPrediction prediction) => turn.TryEnd(
        TurnOutcome.Rejected,
        new TurnRejectedException(
            block,
            $"{what}: {prediction}. Send less work, add workers or devices, give slow blocks a fallback, or lower OverloadOptions.RejectBelow.",
            prediction));
}

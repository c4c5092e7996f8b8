using AgentChain.Costs;

namespace AgentChain.Forecasts;

/// <summary>
/// Predicts the rest of a turn at any of its blocks. Thread-safe.
/// <code>
///   retrieve ─── answer ─┬─ speak ──┐
///      │                 └─ screen ─┴─ out        rest of 'answer' = answer + longest of (speak, screen)
///      └ (1) at the door: the whole, waits included
///        (2) in a queue: the rest, without waits, decides the order
///        (3) before a run: the rest, with the waits that follow, decides whether to run, to degrade or to give up
/// </code>
/// </summary>
/// <remarks>
/// A wait is a mix of what waits now and of the usual wait. The mix and the order by the shortest rest were found in simulations with Azure's
/// traces (docs/decisions/0020-overload.md).
/// </remarks>
/// <param name="blocks">The blocks, by their index.</param>
/// <param name="whole">The chain.</param>
/// <param name="options">The options of the host.</param>
sealed class ForecastPlan(BlockForecast[] blocks, ForecastPart whole, OverloadOptions options)
{
    // A mutable struct, so it may not be readonly.
    Probing _probing;

    readonly bool _readsTurn = Array.Exists(blocks, block => block.Settings.TurnFeatures is not null);

    /// <summary>The probability of being on time below which a turn is given up.</summary>
    public double RejectBelow => options.RejectBelow;

    /// <summary>Whether queues are ordered by slack.</summary>
    public bool OrderBySlack => options.OrderBySlack;

    /// <summary>The number of waiting values for each worker above which a queue serves the shortest rest first.</summary>
    public int OverloadBacklog => options.OverloadBacklog;

    /// <summary>Returns the forecast of a block; null if the block has none.</summary>
    public BlockForecast? Find(string name) => Array.Find(blocks, block => block.Name == name || block.Instead?.Name == name) is { } found
        ? found.Name == name ? found : found.Instead
        : null;

    /// <summary>Corrects the predictions at the door.</summary>
    public Recalibration Calibration { get; } = new();

    /// <summary>The blocks, by their index.</summary>
    public BlockForecast[] Blocks => blocks;

    /// <summary>Reads what the input of a turn tells about its blocks.</summary>
    public TurnForecast Read<TTurn>(TTurn input)
    {
        if (!_readsTurn)
        {
            return new TurnForecast(this);
        }

        var times = new Estimate[blocks.Length];
        var features = new CostFeatures?[blocks.Length];
        for (int i = 0; i < times.Length; i++)
        {
            (times[i], features[i]) = blocks[i].OfTurn(input);
        }

        return new TurnForecast(this, times, features);
    }

    /// <summary>Records that a turn was admitted.</summary>
    public void Admitted() => _probing.GoesOn();

    /// <summary>Counts a turn that is predicted to be late; true if it is admitted nevertheless.</summary>
    /// <param name="turn">What is predicted of the turn.</param>
    /// <param name="isIdle">Whether no other turn is in the chain.</param>
    public bool MayTry(TurnForecast turn, bool isIdle) => _probing.MayTry(turn, isIdle);

    /// <summary>(1) Returns the time of the whole turn, waits included.</summary>
    /// <param name="turn">What its input tells; null for nothing.</param>
    public Estimate Whole(TurnForecast? turn)
    {
        bool found = false;
        double total = Follow(whole, default, default, turn, null, null, ref found).Mean;
        return Follow(whole, default, default, turn, null, total, ref found);
    }

    /// <summary>(2), (3) Returns the time from a block to the end.</summary>
    /// <param name="block">The block.</param>
    /// <param name="own">The time of the block itself.</param>
    /// <param name="turn">What the input of the turn tells; null for nothing.</param>
    /// <param name="waits">Whether the waits that follow the block count.</param>
    public Estimate From(BlockForecast block, in Estimate own, TurnForecast? turn, bool waits)
    {
        bool found = false;
        Estimate rest = Follow(whole, default, own, turn, block, null, ref found);
        if (waits && found)
        {
            rest = Follow(whole, default, own, turn, block, rest.Mean - rest.Waiting, ref found);
        }

        return found ? rest : own;
    }

    /// <summary>Returns how long a value that arrives at a block now is expected to wait, in seconds.</summary>
    public static double WaitOf(BlockForecast block) => block.Wait(double.MaxValue, away: 0);

    /// <summary>
    /// Returns the time until a part has ended, if it begins after a time; if the wanted block is in the part, its start plus what
    /// follows it. With the time of the work in all, waits count.
    /// </summary>
    static Estimate Follow(
        ForecastPart part, in Estimate before, in Estimate start, TurnForecast? turn, BlockForecast? wanted, double? total, ref bool found)
    {
        switch (part)
        {
            case ForecastPart.Block { Forecast: { } block }:
                if (wanted is not null && (ReferenceEquals(block, wanted) || ReferenceEquals(block.Instead, wanted)))
                {
                    found = true;
                    return start;
                }

                return Through(block, before, turn, total);
            case ForecastPart.Series series:
                Estimate sum = before;
                foreach (ForecastPart one in series.Parts)
                {
                    sum = Follow(one, sum, start, turn, wanted, total, ref found);
                }

                return sum;
            default:
                (ForecastPart[] parts, bool longest) =
                    part is ForecastPart.Parallel parallel ? (parallel.Parts, true) : (((ForecastPart.Routes)part).Parts, false);
                Estimate? best = null;
                foreach (ForecastPart branch in parts)
                {
                    bool isHere = false;
                    Estimate one = Follow(branch, before, start, turn, wanted, total, ref isHere);
                    if (isHere)
                    {
                        found = true;
                        return one;
                    }

                    best = best is not { } other || (longest ? one.Mean > other.Mean : one.Mean < other.Mean) ? one : best;
                }

                return best ?? before;
        }
    }

    /// <summary>
    /// Adds the time of a block and the wait for it, or the time of what can replace it without waiting, if that is shorter: a turn that can
    /// be saved is not given up.
    /// </summary>
    static Estimate Through(BlockForecast block, in Estimate before, TurnForecast? turn, double? total)
    {
        Estimate own = block.Own(turn);
        own = total is { } all ? own.After(block.Wait(all - (before.Mean - before.Waiting), before.Mean)) : own;
        return before + (block.HasInstead && block.OwnInstead() is var instead && instead.Mean < own.Mean ? instead : own);
    }
}

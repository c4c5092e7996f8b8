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

    /// <summary>Reads what the input of a turn tells about its blocks; null if it tells nothing.</summary>
    public TurnForecast? Read<TTurn>(TTurn input)
    {
        if (!_readsTurn)
        {
            return null;
        }

        var times = new Estimate[blocks.Length];
        for (int i = 0; i < times.Length; i++)
        {
            times[i] = blocks[i].OfTurn(input);
        }

        return new TurnForecast { Times = times };
    }

    /// <summary>Records that a turn was admitted.</summary>
    public void Admitted() => _probing.GoesOn();

    /// <summary>Counts a turn that is predicted to be late; true if it is admitted nevertheless.</summary>
    /// <param name="isIdle">Whether no other turn is in the chain.</param>
    public bool MayTry(bool isIdle) => _probing.MayTry(isIdle);

    /// <summary>(1) Returns the time of the whole turn, waits included.</summary>
    /// <param name="turn">What its input tells; null for nothing.</param>
    public Estimate Whole(TurnForecast? turn)
    {
        Estimate? none = null;
        return Follow(whole, default, turn, null, waits: true, ref none);
    }

    /// <summary>(2), (3) Returns the time of what follows a block.</summary>
    /// <param name="block">The block, which itself is not counted.</param>
    /// <param name="turn">What the input of the turn tells; null for nothing.</param>
    /// <param name="waits">Whether waits count.</param>
    public Estimate After(BlockForecast block, TurnForecast? turn, bool waits)
    {
        Estimate? after = null;
        Follow(whole, default, turn, block, waits, ref after);
        return after ?? default;
    }

    /// <summary>Returns how long a value that arrives at a block now is expected to wait, in seconds.</summary>
    /// <param name="block">The block.</param>
    /// <param name="remains">The predicted rest of the value's turn, the block included, in seconds.</param>
    public static double WaitOf(BlockForecast block, double remains) => block.Wait(remains);

    static Estimate Follow(
        ForecastPart part, in Estimate after, TurnForecast? turn, BlockForecast? wanted, bool waits, ref Estimate? found)
    {
        switch (part)
        {
            case ForecastPart.Block { Forecast: { } block }:
                if (ReferenceEquals(block, wanted) || (wanted is not null && ReferenceEquals(block.Instead, wanted)))
                {
                    found = after;
                }

                return Through(block, after, turn, waits);
            case ForecastPart.Series series:
                Estimate rest = after;
                for (int i = series.Parts.Length - 1; i >= 0; i--)
                {
                    rest = Follow(series.Parts[i], rest, turn, wanted, waits, ref found);
                }

                return rest;
            default:
                (ForecastPart[] parts, bool longest) =
                    part is ForecastPart.Parallel parallel ? (parallel.Parts, true) : (((ForecastPart.Routes)part).Parts, false);
                Estimate? best = null;
                foreach (ForecastPart branch in parts)
                {
                    Estimate one = Follow(branch, after, turn, wanted, waits, ref found);
                    best = best is not { } other || (longest ? one.Mean > other.Mean : one.Mean < other.Mean) ? one : best;
                }

                return best ?? after;
        }
    }

    /// <summary>
    /// Adds the time of a block, or of what can replace it if that is shorter: a turn that can be saved is not given up.
    /// </summary>
    static Estimate Through(BlockForecast block, in Estimate after, TurnForecast? turn, bool waits)
    {
        Estimate own = block.Own(turn);
        own = block.HasInstead && block.OwnInstead(turn) is var instead && instead.Mean < own.Mean ? instead : own;
        Estimate rest = own + after;
        return waits ? rest.After(WaitOf(block, rest.Mean - rest.Waiting)) : rest;
    }
}

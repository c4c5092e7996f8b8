using AgentChain.Simulation;

namespace AgentChain.Benchmarks.Simulations.Modes;

/// <summary>
/// Measures how a keeper follows requests that become others: 3,000 of one trace, then 3,000 of the other, each at 0.9 times the rate of which the
/// best setup alone serves 90 percent within the limits. The keeper has a history of the first trace.
/// </summary>
static class ModeShift
{
    const int Half = 3_000;
    const double Load = 0.9;

    static readonly (double First, double Each)[] Limits = [(500, 12), (1000, 12), (500, 25), (1000, 25), (2000, 8), (2000, 50)];

    /// <param name="all">The point that has the time of a step, and the sizes of chunks.</param>
    /// <param name="talks">The requests of one trace.</param>
    /// <param name="codes">Those of the other.</param>
    public static void Run(ModePoint all, Arrival[] talks, Arrival[] codes)
    {
        Console.WriteLine($"share of the requests within both limits; {Half} of one trace, then {Half} of the other, each at {Load} times the best setup's rate");
        Console.WriteLine($"| limits | first, then | {string.Join(" | ", all.Possible)} | best before, best after | keeper | of the best of each half | of the best single one | keeper before, after | its setups, with requests since the change |");
        Console.WriteLine($"|---|---|{string.Concat(all.Possible.Select(_ => "---|"))}---|---|---|---|---|---|");
        var lines = new string[Limits.Length * 2];
        Parallel.For(0, Limits.Length, new() { MaxDegreeOfParallelism = 2 }, at =>
        {
            ModePoint talk = all with { Trace = "conversation", First = Limits[at].First, Each = Limits[at].Each };
            ModePoint code = talk with { Trace = "code" };
            (Arrival[] Requests, string Trace)[] halves = [(AtBest(talk, talks), talk.Trace), (AtBest(code, codes), code.Trace)];
            lines[2 * at] = Line(talk, halves[0], halves[1]);
            lines[(2 * at) + 1] = Line(talk, halves[1], halves[0]);
        });
        Array.ForEach(lines, Console.WriteLine);
    }

    /// <summary>Returns the history, and the half after it.</summary>
    static Arrival[] AtBest(ModePoint point, Arrival[] requests)
    {
        double rate = point.Possible.Max(setup => point.Static(requests, setup));
        return [.. ModePoint.At(requests, rate * Load).Take(ModePoint.History + Half)];
    }

    static string Line(ModePoint point, (Arrival[] Requests, string Trace) first, (Arrival[] Requests, string Trace) second)
    {
        Arrival[] before = first.Requests[ModePoint.History..], after = second.Requests[ModePoint.History..];
        TimeSpan between = before[^1].Time - second.Requests[ModePoint.History - 1].Time;
        after = [.. after.Select(arrival => arrival with { Time = arrival.Time + between })];
        Arrival[] requests = [.. before, .. after];
        ServingOptions options = point.Options(ServingMode.Colocated, ServingMode.Chunked, ServingMode.Disaggregated);
        double[] alone = [.. point.Possible.Select(setup => Served(requests, options, setup))];
        (ServingSetup bestBefore, double shareBefore) = Best(before, point);
        (ServingSetup bestAfter, double shareAfter) = Best(after, point);

        ServingModeKeeper keeper = Informed(first.Requests, options);
        List<string> changes = [$"{keeper.Setup}"];
        double kept = ServingReplay.Run(Watched(requests, keeper, changes), keeper).Attainment;
        double keptBefore = ServingReplay.Run(before, Informed(first.Requests, options)).Attainment;
        return $"| {point.First:0} ms, {point.Each:0} ms | {first.Trace}, {second.Trace} | {string.Join(" | ", alone.Select(share => $"{share:0.0 %}"))} | {bestBefore} {shareBefore:0.0 %}, {bestAfter} {shareAfter:0.0 %} | {kept:0.0 %} | {kept / ((shareBefore + shareAfter) / 2):0.0 %} | {kept / alone.Max():0.0 %} | {keptBefore:0.0 %}, {(2 * kept) - keptBefore:0.0 %} | {string.Join(", ", changes)} |";
    }

    /// <summary>Returns a keeper that knows the history.</summary>
    static ServingModeKeeper Informed(Arrival[] requests, ServingOptions options)
    {
        var keeper = new ServingModeKeeper(options);
        Array.ForEach(requests[..ModePoint.History], request => keeper.Add(request));
        return keeper;
    }

    static double Served(Arrival[] requests, ServingOptions options, ServingSetup setup) =>
        ServingReplay.Run(requests, options, setup.Mode, setup.ChunkTokens).Attainment;

    static (ServingSetup Setup, double Share) Best(Arrival[] requests, ModePoint point) =>
        point.Possible.Select(setup => (setup, Served(requests, point.Options(setup.Mode), setup))).MaxBy(static pair => pair.Item2);

    /// <summary>Notes the requests since the change of the trace: when the next one is asked for, the last one has been taken.</summary>
    static IEnumerable<Arrival> Watched(Arrival[] requests, ServingModeKeeper keeper, List<string> changes)
    {
        ServingSetup setup = keeper.Setup;
        for (int i = 0; i < requests.Length; i++)
        {
            yield return requests[i];
            if (keeper.Setup != setup)
            {
                setup = keeper.Setup;
                changes.Add($"{i + 1 - Half}: {setup}");
            }
        }
    }
}

using System.Globalization;
using AgentChain.Benchmarks.Plots;
using AgentChain.Simulation.Tests.External;

namespace AgentChain.Benchmarks.Simulations.External;

/// <summary>DistServe's published operating point, searched again, and its measured runs, simulated.</summary>
static class OperatingPoint
{
    const string Model = "facebook/opt-13b";
    const double Published = 1.5625;

    /// <summary>Prints the comparison and draws the plot; returns false if the published point is outside of what 300 requests give.</summary>
    public static bool Check(string constants, int seeds)
    {
        Console.WriteLine($"DistServe, OPT-13B, 300 requests with lengths as in ShareGPT, {seeds} seeds: requests a second and GPU that its search finds");
        List<(string Shape, double[] Found)> all = [];
        foreach ((int prefill, int decode) in ((int, int)[])[(2, 1), (1, 1), (2, 2), (1, 2)])
        {
            DistServe shape = Shape(constants, prefill, decode);
            double[] found = new double[seeds];
            Parallel.For(0, seeds, seed => found[seed] = shape.Search(300, seed));
            Array.Sort(found);
            all.Add(($"prefill TP{prefill}, decode TP{decode}", found));
            Print($"  {all[^1].Shape}: mean {found.Average():0.00}, median {At(found, 0.5):0.00}, 5 % to 95 % {At(found, 0.05):0.00} to {At(found, 0.95):0.00}");
        }

        double[] best = all[0].Found;
        bool isBest = all.Skip(1).All(other => other.Found.Average() < best.Average());
        bool isInside = At(best, 0.05) <= Published && Published <= At(best, 0.95);
        Print($"  published: 1.56 with prefill TP2, decode TP1; {(isInside ? "inside" : "OUTSIDE")} the interval, the same shape is {(isBest ? "best" : "NOT best")}; as low or lower in {best.Count(rate => rate <= Published)} of {seeds} seeds");
        DistServe served = Shape(constants, 2, 1);
        Console.WriteLine("The measured runs, means of the seeds: first token, each further token, on time");
        List<(MeasuredRun Real, double First, double Each, double OnTime)> rows = [];
        foreach (MeasuredRun real in MeasuredRun.All)
        {
            ServedTimes[] runs = new ServedTimes[seeds];
            Parallel.For(0, seeds, seed => runs[seed] = served.Run(real.PerSecond / 3, real.Requests, seed, MeasuredRun.CachedTokens));
            rows.Add((real, runs.Average(run => run.MeanFirst), runs.Average(run => run.MeanEach), runs.Average(run => run.OnTime)));
            (_, double first, double each, double onTime) = rows[^1];
            Print($"  {real.PerSecond:0.0} a second: {first:0.0} ms (measured {real.First:0.0}, {(first / real.First) - 1:+0 %;-0 %}), {each:0.0} ms ({real.Each:0.0}, {(each / real.Each) - 1:+0 %;-0 %}), {onTime:P1}{(real.PerSecond == 4.5 ? $" ({MeasuredRun.OnTimeAtFourAndAHalf:P1})" : "")}");
        }

        Draw(served, rows, seeds);
        return isBest && isInside;
    }

    static void Draw(DistServe served, List<(MeasuredRun Real, double First, double Each, double OnTime)> rows, int seeds)
    {
        double[] rates = [.. Enumerable.Range(2, 9).Select(at => at * 0.25)];
        double[][] few = [.. rates.Select(rate => Enumerable.Range(0, seeds).Select(seed => 100 * served.Run(rate, 300, seed).OnTime).Order().ToArray())];
        IEnumerable<(double, double)> many = rates.Select(rate => (rate, 100 * served.Run(rate, 20_000, 0).OnTime));
        string svg = Plot.Draw(
            "DistServe, simulated: OPT-13B, prefill on 2 and decode on 1 A100",
            "Three panels against the rate: the part of requests on time, the mean time to the first token and to each further token. The simulated lines run near the published and measured points; the table in docs/capacity.md has the numbers.",
            new Plot("On time", new("requests a second and GPU", 0.5, 2.5, 0.25), new("both limits met, %", 50, 100, 5))
                .Band(rates.Select((rate, at) => (rate, At(few[at], 0.05), At(few[at], 0.95))))
                .Series("20,000 requests (band: 300)", 0, many)
                .Mark("published: 1.56 at 90 %", Published, 90)
                .Mark("measured", 1.5, 100 * MeasuredRun.OnTimeAtFourAndAHalf),
            new Plot("First token", new("requests a second", 3, 7.5, 0.5), new("mean, ms", 0, 200, 25))
                .Series("measured", 1, rows.Select(row => (row.Real.PerSecond, row.Real.First)))
                .Series("simulated", 0, rows.Select(row => (row.Real.PerSecond, row.First))),
            new Plot("Each further token", new("requests a second", 3, 7.5, 0.5), new("mean, ms", 10, 1000, 0))
                .Series("measured", 1, rows.Select(row => (row.Real.PerSecond, row.Real.Each)))
                .Series("simulated", 0, rows.Select(row => (row.Real.PerSecond, row.Each))));
        File.WriteAllText(RepositoryFiles.Find("docs", "benchmarks", "distserve.svg"), svg);
        Console.WriteLine("  drawn: docs/benchmarks/distserve.svg");
    }

    static double At(double[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];

    static DistServe Shape(string constants, int prefill, int decode) =>
        new(FittedCosts.Read(constants, Model, prefill), FittedCosts.Read(constants, Model, decode), prefill + decode);

    static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}

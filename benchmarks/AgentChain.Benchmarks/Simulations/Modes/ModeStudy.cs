using System.Diagnostics;
using System.Globalization;
using AgentChain.Simulation;

namespace AgentChain.Benchmarks.Simulations.Modes;

/// <summary>
/// Compares the mode that a replay of the last window chooses with each mode alone: <c>dotnet run -c Release -- modes [requests]</c>. Reads
/// <c>../shared/data</c>, and skips, saying so, what is not there.
/// </summary>
static class ModeStudy
{
    static readonly ServingMode[] Modes = [ServingMode.Colocated, ServingMode.Chunked, ServingMode.Disaggregated];

    /// <summary>Prints the rates; returns 1 if they are less than promised.</summary>
    public static int Run(ReadOnlySpan<string> args)
    {
        int count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 6_000;
        if (SharedFile.Find("azure-llm-2023-conversation.csv") is not { } talk || SharedFile.Find("azure-llm-2023-code.csv") is not { } code)
        {
            Console.WriteLine("Skipped: Azure's traces are not in a folder shared/data next to the repository.");
            return 0;
        }

        long began = Stopwatch.GetTimestamp();
        Arrival[] talks = [.. ArrivalTrace.FromFile(talk).Take(count).Read()];
        Arrival[] codes = [.. ArrivalTrace.FromFile(code).Take(count).Read()];
        IReadOnlyList<ModePoint> grid = ModePoint.Grid;
        var alone = new double[grid.Count][];
        var ofTwo = new (double Rate, int Changes)[grid.Count];
        var ofThree = new (double Rate, int Changes)[grid.Count];
        Parallel.For(0, grid.Count, new() { MaxDegreeOfParallelism = 2 }, at =>
        {
            Arrival[] requests = grid[at].Trace == "code" ? codes : talks;
            alone[at] = [.. Modes.Select(mode => grid[at].Static(requests, mode))];
            ofTwo[at] = grid[at].Chosen(requests, [ServingMode.Colocated, ServingMode.Disaggregated]);
            ofThree[at] = grid[at].Chosen(requests, Modes);
        });
        Console.WriteLine("requests a second with 90 % within both limits, two devices; with the number of changes");
        Console.WriteLine("| requests | first, further token | colocated | chunked | apart | chosen of colocated, apart | chosen of three |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        for (int i = 0; i < grid.Count; i++)
        {
            double[] of = alone[i];
            Console.WriteLine($"| {grid[i].Trace} | {grid[i].First:0} ms, {grid[i].Each:0} ms | {of[0]:0.00} | {of[1]:0.00} | {of[2]:0.00} | {Cell(ofTwo[i], [of[0], of[2]])} | {Cell(ofThree[i], of)} |");
        }

        bool isGood = Sum("of colocated and apart", ofTwo, alone, [0, 2]);
        Sum("of three", ofThree, alone, [0, 1, 2]);
        Console.WriteLine($"took {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s");
        Console.WriteLine($"{(isGood ? "as" : "NOT as")} promised of the two static modes: never below 98 % of the better one, at least 1.15 times the best single one");
        return isGood ? 0 : 1;
    }

    static string Cell((double Rate, int Changes) chosen, double[] alone) => $"{chosen.Rate:0.00} ({chosen.Rate / alone.Max():0.0 %}, {chosen.Changes})";

    /// <summary>Prints how the chosen mode compares with each alone, and whether it is as promised.</summary>
    static bool Sum(string name, (double Rate, int Changes)[] chosen, double[][] alone, int[] modes)
    {
        double worst = Enumerable.Range(0, alone.Length).Min(at => chosen[at].Rate / modes.Max(mode => alone[at][mode]));
        double[] gains = [.. modes.Select(mode => Mean(Enumerable.Range(0, alone.Length).Select(at => chosen[at].Rate / alone[at][mode])))];
        Console.WriteLine($"{name}: at least {worst:0.0 %} of the best; geometric mean against {string.Join(", ", modes.Zip(gains, (mode, gain) => $"{Modes[mode]} {gain:0.00}"))}");
        return worst >= 0.98 && gains.Min() >= 1.15;
    }

    static double Mean(IEnumerable<double> ratios) => Math.Exp(ratios.Average(Math.Log));
}

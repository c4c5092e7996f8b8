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
        var rows = new (double[] Static, double Chosen, int Changes)[grid.Count];
        Parallel.For(0, grid.Count, new() { MaxDegreeOfParallelism = 2 }, at =>
        {
            Arrival[] requests = grid[at].Trace == "code" ? codes : talks;
            double[] alone = [.. Modes.Select(mode => grid[at].Static(requests, mode))];
            (double chosen, int changes) = grid[at].Chosen(requests);
            rows[at] = (alone, chosen, changes);
        });
        return Show(grid, rows, Stopwatch.GetElapsedTime(began)) ? 0 : 1;
    }

    static bool Show(IReadOnlyList<ModePoint> grid, (double[] Static, double Chosen, int Changes)[] rows, TimeSpan took)
    {
        Console.WriteLine("requests a second with 90 % within both limits, two devices");
        Console.WriteLine("| requests | first, further token | colocated | chunked | apart | chosen | of the best | changes |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        for (int i = 0; i < rows.Length; i++)
        {
            (double[] alone, double chosen, int changes) = rows[i];
            Console.WriteLine($"| {grid[i].Trace} | {grid[i].First:0} ms, {grid[i].Each:0} ms | {alone[0]:0.00} | {alone[1]:0.00} | {alone[2]:0.00} | {chosen:0.00} | {chosen / alone.Max():0.0 %} | {changes} |");
        }

        double worst = rows.Min(row => row.Chosen / row.Static.Max());
        double[] gains = [.. Enumerable.Range(0, Modes.Length).Select(mode => Mean(rows.Select(row => row.Chosen / row.Static[mode])))];
        Console.WriteLine($"least share of the best mode: {worst:0.0 %}");
        Console.WriteLine($"geometric mean against one mode alone: {string.Join(", ", Modes.Zip(gains, (mode, gain) => $"{mode} {gain:0.00}"))}");
        Console.WriteLine($"took {took.TotalSeconds:0} s");
        bool isGood = worst >= 0.98 && gains.Min() >= 1.15;
        Console.WriteLine($"{(isGood ? "as" : "NOT as")} promised: never below 98 % of the best mode, at least 1.15 times the best single one");
        return isGood;
    }

    static double Mean(IEnumerable<double> ratios) => Math.Exp(ratios.Average(Math.Log));
}

using System.Diagnostics;
using System.Globalization;
using AgentChain.Devices;
using AgentChain.Simulation;

namespace AgentChain.Benchmarks.Simulations.Modes;

/// <summary>
/// Compares the setup that a replay of the last window chooses with each setup alone: <c>dotnet run -c Release -- modes [requests] [added]</c>;
/// with <c>added</c>, a step takes its arithmetic and its reading one after the other. Reads <c>../shared/data</c>, and skips, saying so, what is
/// not there.
/// </summary>
static class ModeStudy
{
    static readonly ServingMode[] Two = [ServingMode.Colocated, ServingMode.Disaggregated];
    static readonly ServingMode[] Three = [ServingMode.Colocated, ServingMode.Chunked, ServingMode.Disaggregated];

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
        Func<BatchStep, TimeSpan> step = LlamaStep.On(DeviceSheet.H100, isAdded: args.Contains("added"));
        Arrival[] talks = [.. ArrivalTrace.FromFile(talk).Take(count).Read()];
        Arrival[] codes = [.. ArrivalTrace.FromFile(code).Take(count).Read()];
        bool isGood = Rates(ModePoint.Grid(step), talks, codes);
        SizeStudy.Run(ModePoint.Grid(step), talks, codes);
        ModeShift.Run(step, talks, codes);
        Console.WriteLine($"took {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s");
        Console.WriteLine($"{(isGood ? "as" : "NOT as")} promised: of colocated and apart, never below 98 % of the better one, at least 1.15 times the best single one; of all, never below 98 % of the best");
        return isGood ? 0 : 1;
    }

    static bool Rates(IReadOnlyList<ModePoint> grid, Arrival[] talks, Arrival[] codes)
    {
        IReadOnlyList<ServingSetup> setups = ModePoint.Setups;
        var alone = new double[grid.Count][];
        var ofTwo = new ChosenRate[grid.Count];
        var ofAll = new ChosenRate[grid.Count];
        Parallel.For(0, grid.Count, new() { MaxDegreeOfParallelism = 2 }, at =>
        {
            Arrival[] requests = grid[at].Trace == "code" ? codes : talks;
            alone[at] = [.. setups.Select(setup => grid[at].Static(requests, setup))];
            ofTwo[at] = grid[at].Chosen(requests, Two);
            ofAll[at] = grid[at].Chosen(requests, Three);
        });
        Console.WriteLine("requests a second with 90 % within both limits, two devices; with the number of changes and the last setup");
        Console.WriteLine($"| requests | first, further token | {string.Join(" | ", setups)} | chosen of the first two | chosen of all |");
        Console.WriteLine($"|---|---|{string.Concat(setups.Select(_ => "---|"))}---|---|");
        for (int i = 0; i < grid.Count; i++)
        {
            Console.WriteLine($"| {grid[i].Trace} | {grid[i].First:0} ms, {grid[i].Each:0} ms | {string.Join(" | ", alone[i].Select(rate => $"{rate:0.00}"))} | {Cell(ofTwo[i], alone[i][..2])} | {Cell(ofAll[i], alone[i])} |");
        }

        (double worstOfTwo, double gainOfTwo) = Sum("of the first two", ofTwo, [.. alone.Select(rates => rates[..2])]);
        (double worst, _) = Sum("of all", ofAll, alone);
        double[] gains = [.. setups.Select((_, at) => Mean(alone.Select(rates => rates.Max() / rates[at])))];
        Console.WriteLine($"the best at each point, which no choice can know before: geometric mean against {string.Join(", ", setups.Zip(gains, (setup, gain) => $"{setup} {gain:0.000}"))}");
        double[] best = [.. setups.Select((_, at) => Enumerable.Range(0, grid.Count).Min(i => alone[i][at] / alone[i].Max()))];
        Console.WriteLine($"alone, the worst of the best: {string.Join(", ", setups.Zip(best, (setup, share) => $"{setup} {share:0.0 %}"))}");
        return worstOfTwo >= 0.98 && gainOfTwo >= 1.15 && worst >= 0.98;
    }

    static string Cell(ChosenRate chosen, double[] alone) => $"{chosen.Rate:0.00} ({chosen.Rate / alone.Max():0.0 %}, {chosen.Changes}, {chosen.Setup})";

    /// <summary>Prints how the chosen setups compare with each alone.</summary>
    static (double Worst, double Gain) Sum(string name, ChosenRate[] chosen, double[][] alone)
    {
        double worst = Enumerable.Range(0, alone.Length).Min(at => chosen[at].Rate / alone[at].Max());
        double[] gains = [.. Enumerable.Range(0, alone[0].Length).Select(setup => Mean(chosen.Select((rate, at) => rate.Rate / alone[at][setup])))];
        double oracle = Mean(chosen.Select((rate, at) => rate.Rate / alone[at].Max()));
        Console.WriteLine($"{name}: at least {worst:0.0 %}, on the geometric mean {oracle:0.0 %} of the best at each point; geometric mean against {string.Join(", ", gains.Select((gain, at) => $"{ModePoint.Setups[at]} {gain:0.000}"))}");
        return (worst, gains.Min());
    }

    static double Mean(IEnumerable<double> ratios) => Math.Exp(ratios.Average(Math.Log));
}

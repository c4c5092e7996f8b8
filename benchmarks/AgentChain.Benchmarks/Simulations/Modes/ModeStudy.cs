using System.Diagnostics;
using System.Globalization;
using AgentChain.Devices;
using AgentChain.Simulation;

namespace AgentChain.Benchmarks.Simulations.Modes;

/// <summary>
/// Compares the setup that a replay of the last window chooses with each setup alone: <c>dotnet run -c Release -- modes [requests] [added]</c>;
/// with <c>added</c>, the rates only, where a step takes its arithmetic and its reading one after the other. Reads <c>../shared/data</c>, and skips, saying so, what is
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
        bool isAdded = args.Contains("added");
        Func<BatchStep, TimeSpan> step = LlamaStep.On(DeviceSheet.H100, isAdded);
        Arrival[] talks = [.. ArrivalTrace.FromFile(talk).Take(count).Read()];
        Arrival[] codes = [.. ArrivalTrace.FromFile(code).Take(count).Read()];
        IReadOnlyList<ModePoint> grid = ModePoint.Grid(step);
        double[][] alone = Alone(grid, talks, codes);
        (double worst, _) = Chosen(grid, Three, alone, talks, codes);
        if (isAdded)
        {
            return 0;
        }

        (double worstOfTwo, double gainOfTwo) = Chosen(grid, Two, [.. alone.Select(rates => rates[..2])], talks, codes);
        bool isGood = worst >= 0.98 && worstOfTwo >= 0.98 && gainOfTwo >= 1.15;
        SizeStudy.Run(grid, talks, codes);
        var all = new ModePoint("", 0, 0, step);
        ModeShift.Run(all, talks, codes);
        ModeShift.Run(all with { Sizes = [512] }, talks, codes);
        Console.WriteLine($"took {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s");
        Console.WriteLine($"{(isGood ? "as" : "NOT as")} promised: of colocated and apart, never below 98 % of the better one, at least 1.15 times the best single one; of all, never below 98 % of the best");
        return isGood ? 0 : 1;
    }

    /// <summary>Prints the rates of each setup alone, and how much of them there is to gain.</summary>
    static double[][] Alone(IReadOnlyList<ModePoint> grid, Arrival[] talks, Arrival[] codes)
    {
        IReadOnlyList<ServingSetup> setups = ModePoint.Setups;
        var alone = new double[grid.Count][];
        Parallel.For(0, grid.Count, new() { MaxDegreeOfParallelism = 2 }, at =>
            alone[at] = [.. setups.Select(setup => grid[at].Static(grid[at].Trace == "code" ? codes : talks, setup))]);
        Console.WriteLine("requests a second with 90 % within both limits, two devices");
        Console.WriteLine($"| requests | first, further token | {string.Join(" | ", setups)} |");
        Console.WriteLine($"|---|---|{string.Concat(setups.Select(_ => "---|"))}");
        for (int i = 0; i < grid.Count; i++)
        {
            Console.WriteLine($"| {grid[i].Trace} | {grid[i].First:0} ms, {grid[i].Each:0} ms | {string.Join(" | ", alone[i].Select(rate => $"{rate:0.00}"))} |");
        }

        double[] gains = [.. setups.Select((_, at) => Mean(alone.Select(rates => rates.Max() / rates[at])))];
        Console.WriteLine($"the best at each point, which no choice can know before: geometric mean against {string.Join(", ", setups.Zip(gains, (setup, gain) => $"{setup} {gain:0.000}"))}");
        double[] worst = [.. setups.Select((_, at) => alone.Min(rates => rates[at] / rates.Max()))];
        Console.WriteLine($"alone, the worst of the best: {string.Join(", ", setups.Zip(worst, (setup, share) => $"{setup} {share:0.0 %}"))}");
        return alone;
    }

    /// <summary>Prints what a keeper of some modes serves: the least share of the best setup alone, and the least gain over one setup.</summary>
    static (double Worst, double Gain) Chosen(IReadOnlyList<ModePoint> grid, ServingMode[] modes, double[][] alone, Arrival[] talks, Arrival[] codes)
    {
        var chosen = new ChosenRate[grid.Count];
        Parallel.For(0, grid.Count, new() { MaxDegreeOfParallelism = 2 }, at =>
            chosen[at] = grid[at].Chosen(grid[at].Trace == "code" ? codes : talks, modes));
        Console.WriteLine($"a keeper of {string.Join(", ", modes)}; in brackets the share of the best alone, the number of changes, the last setup");
        for (int i = 0; i < grid.Count; i++)
        {
            Console.WriteLine($"| {grid[i].Trace} | {grid[i].First:0} ms, {grid[i].Each:0} ms | {Cell(chosen[i], alone[i])} |");
        }

        return Sum(chosen, alone);
    }

    static string Cell(ChosenRate chosen, double[] alone) => $"{chosen.Rate:0.00} ({chosen.Rate / alone.Max():0.0 %}, {chosen.Changes}, {chosen.Setup})";

    /// <summary>Prints how the chosen setups compare with each alone.</summary>
    static (double Worst, double Gain) Sum(ChosenRate[] chosen, double[][] alone)
    {
        double worst = Enumerable.Range(0, alone.Length).Min(at => chosen[at].Rate / alone[at].Max());
        double[] gains = [.. Enumerable.Range(0, alone[0].Length).Select(setup => Mean(chosen.Select((rate, at) => rate.Rate / alone[at][setup])))];
        double ofBest = Mean(chosen.Select((rate, at) => rate.Rate / alone[at].Max()));
        Console.WriteLine($"at least {worst:0.0 %}, on the geometric mean {ofBest:0.0 %} of the best at each point; geometric mean against {string.Join(", ", gains.Select((gain, at) => $"{ModePoint.Setups[at]} {gain:0.000}"))}");
        return (worst, gains.Min());
    }

    static double Mean(IEnumerable<double> ratios) => Math.Exp(ratios.Average(Math.Log));
}

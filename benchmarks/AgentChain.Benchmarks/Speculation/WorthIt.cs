using System.Diagnostics;
using System.Globalization;

namespace AgentChain.Benchmarks.Speculation;

/// <summary>
/// Is speculation worth it? Compares policies in virtual time on a simulated voice service. It is a study, not a benchmark of means, so it
/// is a separate command: <c>dotnet run -c Release -- worth [turns]</c> writes the page and the chart in docs/benchmarks;
/// <c>worth tune [turns]</c> prints the results of the tuning seeds and writes nothing.
/// </summary>
static class WorthIt
{
    static readonly double[] Loads = [0.05, 0.4, 0.7, 0.8];
    static readonly double?[] Scores = [0.99, 0.92, 0.79, null];
    static readonly double[] Prices = [0.4, 0.7, 1, 1.6, 2.5, 4];
    static readonly int[] TuningSeeds = [1, 2, 3];
    static readonly int[] ReportingSeeds = [101, 102, 103, 104, 105];

    /// <summary>Runs the study.</summary>
    /// <param name="args">Optionally "tune", and the number of turns per run, 4,000 by default.</param>
    public static void Run(ReadOnlySpan<string> args)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        if (Banking77.Find() is not { } path)
        {
            Console.WriteLine("Nothing was run: put the file shared/data/banking77-test.csv, which the questions come from, next to the repository.");
            return;
        }

        bool tunes = args is ["tune", ..];
        int turns = args.Length > (tunes ? 1 : 0) ? int.Parse(args[^1], CultureInfo.InvariantCulture) : 4_000;
        string[] texts = Banking77.Read(path);
        CheckRepeats(texts);
        long start = Stopwatch.GetTimestamp();
        var study = new TalkStudy(texts, tunes ? TuningSeeds : ReportingSeeds, turns);
        Policy[] policies =
        [
            Policy.Sequential, Policy.EveryPartial, Policy.Silence, Policy.Clairvoyant, .. Scores.Select(auc => Policy.Of(auc)),
        ];
        var page = new WorthItPage(study);
        foreach (double load in Loads)
        {
            page.Add(load, [.. policies.Select(policy => study.Compare(policy, load))]);
            Console.WriteLine(page.Last);
        }

        if (!tunes)
        {
            var curves = new TalkStudy(texts, ReportingSeeds[..3], Math.Min(turns, 2_000));
            string chart = TradeOffChart.Draw([.. new[] { 0.05, 0.4 }.Select(load => Panel(curves, load))]);
            string folder = Directory.CreateDirectory(RepositoryFiles.Find("docs", "benchmarks")).FullName;
            File.WriteAllText(Path.Combine(folder, "speculation.svg"), chart);
            File.WriteAllText(Path.Combine(folder, "speculation.md"), page.Write(curves, Prices));
            Console.WriteLine($"{study.TurnsRun + curves.TurnsRun:N0} turns in {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s; written to docs/benchmarks.");
        }
    }

    static TradeOffPanel Panel(TalkStudy study, double load) => new(
        load,
        [.. Scores.Select(auc => Prices.Select(price => study.Compare(Policy.Of(auc, price, wasteShare: null), load)).ToArray())],
        [.. Scores.Select(auc => study.Compare(Policy.Of(auc), load))],
        [.. new[] { Policy.EveryPartial, Policy.Silence, Policy.Clairvoyant }.Select(policy => study.Compare(policy, load))]);

    /// <summary>Checks that two runs give the same figures: committed figures must not depend on the machine.</summary>
    static void CheckRepeats(string[] texts)
    {
        TalkRun one = TalkService.Run(Policy.Of(0.92), texts, seed: 1, turns: 200, load: 0.4);
        TalkRun other = TalkService.Run(Policy.Of(0.92), texts, seed: 1, turns: 200, load: 0.4);
        if (one.Work != other.Work || !one.Latencies.AsSpan().SequenceEqual(other.Latencies))
        {
            throw new InvalidOperationException("Two runs with one seed gave different figures.");
        }
    }
}

using System.Globalization;
using AgentChain.Tests.Soak;
using AgentChain.Tests.Soak.Kinds;

namespace AgentChain.Benchmarks.Soaks;

/// <summary>
/// Runs a million mixed turns on real threads over many chains at once: <c>dotnet run -c Release -- soak [turns] [seed] [kinds]</c>. Prints
/// a line every 5 %, then the outcomes of each kind of turn, the samples of the process and all failed checks. Exits with 1 if a check
/// failed.
/// </summary>
static class SoakCommand
{
    /// <param name="args">
    /// How many turns, 1,000,000 by default, the seed, 7 by default, and, to look at one thing alone, parts of the names of the kinds to
    /// run, with commas between them.
    /// </param>
    public static async Task<int> RunAsync(ReadOnlyMemory<string> args)
    {
        var options = new SoakOptions { Progress = Console.WriteLine };
        options = options with
        {
            Turns = args.Length > 0 ? int.Parse(args.Span[0], CultureInfo.InvariantCulture) : options.Turns,
            Seed = args.Length > 1 ? int.Parse(args.Span[1], CultureInfo.InvariantCulture) : options.Seed,
        };
        string[] names = args.Length > 2 ? args.Span[2].Split(',', StringSplitOptions.RemoveEmptyEntries) : [];
        Console.WriteLine($"{options.Turns} turns, seed {options.Seed}, {options.AtOnce} operations at once on {Environment.ProcessorCount} cores");
        Console.WriteLine($"bounds, median of the last quarter against that of the first: heap {options.HeapGrowth / 1024} KiB, threads and handles {options.CountGrowth} each");
        SoakReport report = await SoakRunner.RunAsync(options, ended =>
        [.. AllKinds.Create(ended).Where(k => names.Length == 0 || names.Any(n => k.Name.Contains(n, StringComparison.OrdinalIgnoreCase)))]);
        Console.WriteLine();
        Console.WriteLine(report.ToTable());
        return report.Holds ? 0 : 1;
    }
}

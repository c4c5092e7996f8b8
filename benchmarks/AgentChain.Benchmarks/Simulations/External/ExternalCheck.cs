using System.Globalization;

namespace AgentChain.Benchmarks.Simulations.External;

/// <summary>
/// Compares the simulator with what others have published: <c>dotnet run -c Release -- external [seeds]</c>. Reads
/// <c>../shared/data</c>, and skips, saying so, what is not there.
/// </summary>
static class ExternalCheck
{
    /// <summary>Prints both comparisons and draws the plot; returns 1 if one fails.</summary>
    public static int Run(ReadOnlySpan<string> args)
    {
        int seeds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100;
        bool isGood = Find("distserve-a100-80g.json") is not { } constants || OperatingPoint.Check(constants, seeds);
        isGood &= Find("splitwise-perf-model.csv") is not { } table || SplitwiseTable.Check(table);
        return isGood ? 0 : 1;
    }

    static string? Find(string file)
    {
        string? path = SharedFile.Find(file);
        if (path is null)
        {
            Console.WriteLine($"Skipped: {file} is not in a folder shared/data next to the repository.");
        }

        return path;
    }
}

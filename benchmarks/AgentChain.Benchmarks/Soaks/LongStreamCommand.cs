using System.Globalization;
using AgentChain.Tests.Soak.LongStreams;

namespace AgentChain.Benchmarks.Soaks;

/// <summary>
/// Runs very long streams in constant memory: <c>dotnet run -c Release -- soak-streams [items] [each]</c>. Exits with 1 if a sum is wrong,
/// a report does not add up, or the heap exceeds its bound.
/// </summary>
static class LongStreamCommand
{
    /// <param name="args">
    /// The items of the long stream, 1,000,000 by default, and how many inputs of 10 KB go through each other step, 100,000 by default.
    /// </param>
    public static async Task<int> RunAsync(ReadOnlyMemory<string> args)
    {
        var options = new LongStreamOptions { Progress = Console.WriteLine };
        options = options with
        {
            Items = args.Length > 0 ? int.Parse(args.Span[0], CultureInfo.InvariantCulture) : options.Items,
            Each = args.Length > 1 ? int.Parse(args.Span[1], CultureInfo.InvariantCulture) : options.Each,
        };
        Console.WriteLine($"the heap may grow by {options.Bound / 1024} KiB during a turn, its result and report included");
        IReadOnlyList<LongStreamRow> rows = await LongStreamSoak.RunAsync(options);
        bool holds = rows.All(r => r.Fault is null);
        Console.WriteLine(holds ? "everything holds" : "not everything holds");
        return holds ? 0 : 1;
    }
}

using System.Diagnostics;
using System.Globalization;

namespace AgentChain.Benchmarks.Many;

/// <summary>
/// Measures a chain with many turns inside: <c>dotnet run -c Release -- many [rounds]</c>. First the processor time of a turn among 1,000
/// and among 100,000 others (<see cref="CrowdedChain"/>), with each kind of garbage collection, then the ends of 50,000 turns whose
/// deadlines pass in one instant (<see cref="DeadlineBurst"/>). Returns 1 if a goal is missed.
/// </summary>
static class ManyCommand
{
    const int Few = 1_000;
    const int Many = 100_000;
    const double MostTimes = 2;

    /// <summary>The argument of the processes that compare crowds.</summary>
    const string Crowds = "crowds";

    /// <summary>The settings of the garbage collection, and whether the goal holds for it.</summary>
    static readonly (string Name, string Value, string Description, bool IsGoal)[] Collections =
    [
        ("DOTNET_gcConcurrent", "1", "with collections in the background, the default of a console application", false),
        ("DOTNET_gcServer", "1", "with the server's collections, the default of ASP.NET Core", false),
        ("DOTNET_gcConcurrent", "0", "without collections in the background", true),
    ];

    public static async Task<int> RunAsync(ReadOnlyMemory<string> args)
    {
        bool isChild = args.Length > 1 && args.Span[0] == Crowds;
        int rounds = args.Length > 0 ? int.Parse(args.Span[^1], CultureInfo.InvariantCulture) : 3;
        if (isChild)
        {
            return await CompareCrowdsAsync(rounds) ? 0 : 1;
        }

        bool holds = true;
        foreach ((string name, string value, string description, bool isGoal) in Collections)
        {
            Console.WriteLine($"{Few:N0} and {Many:N0} turns inside, {description} ({name}={value}){(isGoal ? "" : "; for comparison")}:");
            holds &= await ChildAsync(name, value, rounds) || !isGoal;
        }

        if (OperatingSystem.IsWindows())
        {
            Console.WriteLine("The burst of deadlines is not measured: Windows cannot stop and continue a process.");
            return holds ? 0 : 1;
        }

        // The first round is also that of the compiler.
        bool isOnTime = await BurstAsync(rounds + 1, workers: null);
        isOnTime &= await BurstAsync(rounds, workers: 64);
        return holds && isOnTime ? 0 : 1;
    }

    static async Task<bool> ChildAsync(string name, string value, int rounds)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!);
        start.Environment[name] = value;
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(ManyCommand).Assembly.Location);
        }

        foreach (string argument in new[] { "many", Crowds, rounds.ToString(CultureInfo.InvariantCulture) })
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }

    static async Task<bool> CompareCrowdsAsync(int rounds)
    {
        double few = double.PositiveInfinity, many = double.PositiveInfinity;
        for (int round = 0; round < rounds; round++)
        {
            few = Math.Min(few, await CrowdedChain.RunAsync(Few));
            many = Math.Min(many, await CrowdedChain.RunAsync(Many));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  least of {rounds}: a turn among {Many:N0} takes {many / few:0.00} times as long as among {Few:N0}; goal: at most {MostTimes}"));
        return many / few <= MostTimes;
    }

    static async Task<bool> BurstAsync(int rounds, int? workers)
    {
        Console.WriteLine($"{DeadlineBurst.Turns:N0} deadlines in one instant, {(workers is { } count ? $"and all but {count} of the turns wait in a queue" : "and every turn works")}:");
        bool isOnTime = false;
        for (int round = 0; round < rounds; round++)
        {
            isOnTime |= await DeadlineBurst.RunAsync(workers);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  best of {rounds}: {(isOnTime ? "on time" : "late")}; goal: all ended within {DeadlineBurst.LongestEnd.TotalMilliseconds} ms, others at most {DeadlineBurst.LongestLate.TotalMilliseconds} ms late"));
        return isOnTime;
    }
}

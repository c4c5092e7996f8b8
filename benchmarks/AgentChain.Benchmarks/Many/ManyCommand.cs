using System.Globalization;

namespace AgentChain.Benchmarks.Many;

/// <summary>
/// Measures a chain with many turns inside: <c>dotnet run -c Release -- many [rounds]</c>. First the processor time of a turn among 1,000
/// and among 100,000 others (<see cref="CrowdedChain"/>), then the ends of 50,000 turns whose deadlines pass in one instant
/// (<see cref="DeadlineBurst"/>). Returns 1 if a goal is missed.
/// </summary>
static class ManyCommand
{
    const int Few = 1_000;
    const int Many = 100_000;
    const double MostTimes = 2;

    public static async Task<int> RunAsync(ReadOnlyMemory<string> args)
    {
        int rounds = args.Length > 0 ? int.Parse(args.Span[0], CultureInfo.InvariantCulture) : 3;
        bool holds = await CompareCrowdsAsync(rounds);
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
            $"best of {rounds}: {(isOnTime ? "on time" : "late")}; goal: all ended within {DeadlineBurst.LongestEnd.TotalMilliseconds} ms, others at most {DeadlineBurst.LongestLate.TotalMilliseconds} ms late"));
        return isOnTime;
    }

    static async Task<bool> CompareCrowdsAsync(int rounds)
    {
        double best = double.PositiveInfinity;
        for (int round = 0; round < rounds; round++)
        {
            double few = await CrowdedChain.RunAsync(Few);
            double many = await CrowdedChain.RunAsync(Many);
            best = Math.Min(best, many / few);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Many:N0} against {Few:N0} inside: {many / few:0.00} times as long"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"best of {rounds}: {best:0.00} times; goal: at most {MostTimes}"));
        return best <= MostTimes;
    }
}

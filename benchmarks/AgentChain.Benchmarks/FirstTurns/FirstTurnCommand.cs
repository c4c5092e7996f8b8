using System.Diagnostics;
using System.Globalization;

namespace AgentChain.Benchmarks.FirstTurns;

/// <summary>
/// Measures how much slower the first turn of a process is than the median of its later turns, and whether it speculates. Every sample
/// needs a new process: <c>dotnet run -c Release -- first-turn [processes]</c>.
/// </summary>
static class FirstTurnCommand
{
    /// <summary>The modes of a process: the controller, and whether inputs warm it up.</summary>
    static readonly string[] Modes = ["none", "none warm", "eager", "eager warm", "default", "default warm"];

    /// <summary>Measures and prints, or, in a process of its own, runs the turns of one mode.</summary>
    public static async Task RunAsync(ReadOnlyMemory<string> args)
    {
        if (args.Length == 2 && args.Span[0] == "turns")
        {
            Console.WriteLine(string.Join(' ', await ScriptedVoice.RunAsync(args.Span[1])));
            return;
        }

        int processes = args.Length > 0 ? int.Parse(args.Span[0], CultureInfo.InvariantCulture) : 10;
        var samples = Modes.ToDictionary(mode => mode, _ => new List<TurnTimes>());
        for (int i = 0; i < processes; i++)
        {
            foreach (string mode in Modes)
            {
                samples[mode].Add(await StartAsync(mode));
            }
        }

        Console.WriteLine($"{processes} processes for each mode on {Environment.ProcessorCount} cores; milliseconds from the end of the input to the first output");
        Console.WriteLine("mode           median turn   first turn above it: median, longest   speculations kept in the first turn");
        foreach ((string mode, List<TurnTimes> times) in samples)
        {
            double[] above = [.. times.Select(t => t.First - t.Median).Order()];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{mode,-14} {Middle([.. times.Select(t => t.Median).Order()]),11:0.0}   {Middle(above),28:0.0}, {above[^1],7:0.0}   {times.Sum(t => t.Kept)} in {times.Count}"));
        }
    }

    static double Middle(double[] sorted) => sorted[sorted.Length / 2];

    static async Task<TurnTimes> StartAsync(string mode)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(FirstTurnCommand).Assembly.Location);
        }

        foreach (string argument in (string[])["first-turn", "turns", mode])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        double[] numbers = [.. output.Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture))];
        double[] later = [.. numbers[2..].Order()];
        return new TurnTimes(numbers[1], Middle(later), (int)numbers[0]);
    }

    /// <summary>The times of one process.</summary>
    /// <param name="First">The first turn, in milliseconds.</param>
    /// <param name="Median">The median of the later turns.</param>
    /// <param name="Kept">The number of speculative runs that the first turn kept.</param>
    readonly record struct TurnTimes(double First, double Median, int Kept);
}

using System.Diagnostics;
using System.Globalization;
using AgentChain.Simulation;
using AgentChain.Tests.Soak.Overload;

namespace AgentChain.Benchmarks.Soaks;

/// <summary>
/// Sends a chain ten times as many turns as it can do: an hour in virtual time, then a minute on real threads, whose cores it fills:
/// <c>dotnet run -c Release -- overload [virtual minutes] [real seconds]</c>. Returns 1 if a check fails.
/// </summary>
static class OverloadCommand
{
    public static async Task<int> RunAsync(ReadOnlyMemory<string> args)
    {
        TimeSpan simulated = TimeSpan.FromMinutes(args.Length > 0 ? int.Parse(args.Span[0], CultureInfo.InvariantCulture) : 60);
        TimeSpan real = TimeSpan.FromSeconds(args.Length > 1 ? int.Parse(args.Span[1], CultureInfo.InvariantCulture) : 60);
        Console.WriteLine($"{simulated.TotalMinutes} minutes of virtual time");
        OverloadReport first = VirtualWorld.Run(world => OverloadRun.RunAsync(
            new()
            {
                Duration = simulated,
                Core = new SimulatedBlock<int, int>(LatencyModel.LogNormal(OverloadRun.CoreTime, 0.5), x => x + 1),
                Progress = Console.WriteLine,
            },
            world.Options()));
        Console.WriteLine(first);
        Console.WriteLine($"{real.TotalSeconds} seconds of real time on {Environment.ProcessorCount} cores");
        OverloadReport second = await OverloadRun.RunAsync(new() { Duration = real, Core = new SpinningBlock(), Progress = Console.WriteLine }, new());
        Console.WriteLine(second);
        return first.Holds && second.Holds ? 0 : 1;
    }

    /// <summary>Keeps a core busy.</summary>
    sealed class SpinningBlock : IBlock<int, int>
    {
        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken)
        {
            for (long began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < OverloadRun.CoreTime;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Thread.SpinWait(50);
            }

            return new(input + 1);
        }
    }
}

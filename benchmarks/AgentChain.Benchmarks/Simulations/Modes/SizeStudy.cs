using System.Diagnostics;
using AgentChain.Simulation;

namespace AgentChain.Benchmarks.Simulations.Modes;

/// <summary>Compares a choice that tries some of the sizes of chunks with replays of all of them.</summary>
static class SizeStudy
{
    const int Window = 2_000;

    /// <summary>The rates of the windows, in shares of the best rate of a setup with chunks of the middle size.</summary>
    static readonly double[] Loads = [0.8, 0.9, 1, 1.1, 1.2];

    public static void Run(IReadOnlyList<ModePoint> grid, Arrival[] talks, Arrival[] codes)
    {
        var losses = new List<double>();
        (int tried, int all, double seconds) = (0, 0, 0);
        foreach (ModePoint point in grid)
        {
            Arrival[] requests = point.Trace == "code" ? codes : talks;
            double rate = point.Static(requests, new(ServingMode.Chunked, 512));
            foreach (double load in Loads)
            {
                Arrival[] window = [.. ModePoint.At(requests, rate * load).Take(Window)];
                ServingOptions options = point.Options(ServingMode.Colocated, ServingMode.Chunked, ServingMode.Disaggregated);
                long began = Stopwatch.GetTimestamp();
                ServingChoice choice = ServingChoice.Of(window, options);
                seconds += Stopwatch.GetElapsedTime(began).TotalSeconds;
                double chosen = choice.Trials.Max(trial => trial.Attainment);
                double best = ModePoint.Setups.Max(setup => ServingReplay.Run(window, options, setup.Mode, setup.ChunkTokens).Attainment);
                losses.Add(best - chosen);
                (tried, all) = (tried + choice.Trials.Count, all + ModePoint.Setups.Count);
            }
        }

        Console.WriteLine($"search: {losses.Count} windows of {Window} requests at 0.8 to 1.2 times what chunks of 512 serve: {(double)tried / losses.Count:0.0} replays of {(double)all / losses.Count:0} each, {seconds / losses.Count * 1000:0} ms; loses more than half a percent of the requests against all replays in {losses.Count(loss => loss > 0.005)}, at most {losses.Max():0.0 %}");
    }
}

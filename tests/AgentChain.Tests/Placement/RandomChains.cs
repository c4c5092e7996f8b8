using AgentChain.Devices;
using AgentChain.Placement;

namespace AgentChain.Tests.Placement;

/// <summary>Random placement problems, and their best assignments by trying all.</summary>
static class RandomChains
{
    static readonly (string Name, DeviceSheet Sheet, double Gigabytes)[] Models =
    [
        ("l4", DeviceSheet.L4, 24), ("l40s", DeviceSheet.L40S, 48), ("a100", DeviceSheet.A100, 80), ("h100", DeviceSheet.H100, 80),
        ("h200", DeviceSheet.H200, 141),
        ("host", new() { PeakFlops = 2e12, MemoryBandwidth = 200e9 }, 256),
    ];

    /// <summary>Returns a chain of phases on four devices that need not be alike. Not all can be placed.</summary>
    public static PlacementProblem Make(int seed, int phases, bool isChain = true)
    {
        var random = new Random(seed);
        ComputeDevice[] devices =
        [
            .. Enumerable.Range(0, 4).Select(at =>
            {
                (string name, DeviceSheet sheet, double gigabytes) = Models[random.Next(Models.Length)];
                return new ComputeDevice($"{name}:{at}", DeviceKind.Other)
                {
                    Sheet = sheet,
                    MemoryBytes = (long)(gigabytes * 1e9 * (0.2 + (0.8 * random.NextDouble()))),
                    Lanes = random.NextDouble() < 0.8 ? 1 : 4,
                };
            }),
        ];
        List<PlacementPhase> made = [];
        for (int i = 0; i < phases; i++)
        {
            bool computes = random.NextDouble() < 0.5;
            double weights = Power(random, 8.5, 10.3);
            var phase = new PlacementPhase($"block {i}")
            {
                Work = new PhaseWork
                {
                    Operations = computes ? Power(random, 11, 13.7) : Power(random, 9, 11),
                    Bytes = computes ? weights : Power(random, 9.5, 11.3),
                    Start = random.Next(5).Milliseconds(),
                    Variation = random.NextDouble(),
                    DeviceShare = computes ? 1 : Math.Pow(2, -random.Next(4)),
                },
                WeightBytes = (long)weights,
                MemoryBytes = (long)Power(random, 7, 9.7),
                OutputBytes = Power(random, 3, 8.7),
                After = isChain || i < 2 ? i == 0 ? [] : [$"block {i - 1}"] : [.. Enumerable.Range(0, i).Where(_ => random.NextDouble() < 1.5 / i).Select(at => $"block {at}")],
            };
            made.Add(i > 0 && random.NextDouble() < 0.3 ? phase with { Weights = "shared", WeightBytes = (long)1e10 } : phase);
        }

        var alone = new PlacementModel(new(made, devices));
        double least = Enumerable.Range(0, phases).Sum(i => Enumerable.Range(0, 4).Min(d => alone.TimeOf(i, d)));
        return new(made, devices)
        {
            ArrivalsPerSecond = 1.2 * random.NextDouble() / least,
            Objective = random.NextDouble() < 0.7
                ? PlacementObjective.Latency(0.5 + (0.49 * random.NextDouble()))
                : PlacementObjective.Goodput(TimeSpan.FromSeconds(least * (1.2 + (2 * random.NextDouble())))),
        };
    }

    /// <summary>Returns the least value of all assignments.</summary>
    public static double Least(PlacementModel model)
    {
        int[] at = new int[model.Count];
        double least = double.PositiveInfinity;
        while (true)
        {
            least = Math.Min(least, model.Evaluate(at));
            int digit = 0;
            while (digit < at.Length && ++at[digit] == model.Devices)
            {
                at[digit++] = 0;
            }

            if (digit == at.Length)
            {
                return least;
            }
        }
    }

    /// <summary>Returns by how much an assignment misses the best: of its latency, or of its turns in time.</summary>
    public static double Gap(PlacementProblem problem, double value, double least) => problem.Objective.Limit is null
        ? (value / least) - 1
        : 1 - (NormalQuantile.Below(-value) / NormalQuantile.Below(-least));

    static double Power(Random random, double from, double to) => Math.Pow(10, from + ((to - from) * random.NextDouble()));
}

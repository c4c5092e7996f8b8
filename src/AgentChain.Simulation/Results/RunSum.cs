using System.Security.Cryptography;
using System.Text;

namespace AgentChain.Simulation;

/// <summary>Adds the results of several seeds.</summary>
static class RunSum
{
    public static SimulationRun Of(IReadOnlyList<SimulationRun> runs)
    {
        if (runs.Count == 1)
        {
            return runs[0];
        }

        TimeSpan busy = Sum(runs, run => Sum(run.Devices, device => device.Busy));
        return new SimulationRun
        {
            Duration = Sum(runs, run => run.Duration),
            Turns = runs.Sum(run => run.Turns),
            Outcomes = Enum.GetValues<TurnOutcome>().ToDictionary(outcome => outcome, outcome => runs.Sum(run => run.Outcomes[outcome])),
            Attained = runs.Sum(run => run.Attained),
            Total = LatencySummary.Of(runs.Select(run => run.Total)),
            FirstOutput = LatencySummary.Of(runs.Select(run => run.FirstOutput)),
            Devices = [.. runs[0].Devices.Select((_, place) => Device([.. runs.Select(run => run.Devices[place])], runs))],
            Blocks = [.. runs.SelectMany(run => run.Blocks).GroupBy(block => block.Block, StringComparer.Ordinal).Select(Block)],
            Waste = busy > TimeSpan.Zero ? runs.Sum(run => run.Waste * Sum(run.Devices, device => device.Busy).TotalSeconds) / busy.TotalSeconds : 0,
            BlockRuns = runs.Sum(run => run.BlockRuns),
            EventHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(runs.Select(run => run.EventHash))))),
        };
    }

    static DeviceUse Device(DeviceUse[] devices, IReadOnlyList<SimulationRun> runs) => new()
    {
        Device = devices[0].Device,
        Servers = devices[0].Servers,
        Completed = devices.Sum(device => device.Completed),
        Aborted = devices.Sum(device => device.Aborted),
        Busy = Sum(devices, device => device.Busy),
        Utilization = runs.Sum(run => run.Duration.TotalSeconds) is > 0 and var time
            ? devices.Select((device, at) => device.Utilization * runs[at].Duration.TotalSeconds).Sum() / time
            : 0,
        OnMissedTurns = Sum(devices, device => device.OnMissedTurns),
        OnAbortedJobs = Sum(devices, device => device.OnAbortedJobs),
        Wait = LatencySummary.Of(devices.Select(device => device.Wait)),
        Steps = devices.Sum(device => device.Steps),
        MeanBatch = devices.Sum(device => device.Steps) is > 0 and var steps ? devices.Sum(device => device.MeanBatch * device.Steps) / steps : 0,
    };

    static BlockBreakdown Block(IEnumerable<BlockBreakdown> blocks) => new()
    {
        Block = blocks.First().Block,
        Runs = blocks.Sum(block => block.Runs),
        Queue = LatencySummary.Of(blocks.Select(block => block.Queue)),
        DeviceWait = LatencySummary.Of(blocks.Select(block => block.DeviceWait)),
        Run = LatencySummary.Of(blocks.Select(block => block.Run)),
    };

    static TimeSpan Sum<T>(IEnumerable<T> items, Func<T, TimeSpan> of) => items.Aggregate(TimeSpan.Zero, (sum, item) => sum + of(item));
}

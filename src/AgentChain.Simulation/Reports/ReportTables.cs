namespace AgentChain.Simulation;

/// <summary>The tables of a simulation's report.</summary>
static class ReportTables
{
    public static IReadOnlyList<ReportTable> Of(SimulationResult result) =>
        [Summary(result), Outcomes(result.All), Times(result), Devices(result.All), Blocks(result.All), .. Seeds(result)];

    public static ReportTable Summary(SimulationResult result)
    {
        SimulationRun all = result.All;
        return new ReportTable("Summary", "", "value")
            .Add("objective", result.Objective.ToString())
            .Add("turns", Shown.Count(all.Turns))
            .Add("seeds", Shown.Count(result.Runs.Count))
            .Add("turns that met the objective", Shown.Percent(result.Attainment))
            .Add("of them in a second", OptionCheck.Text($"{result.EstimateOf(run => run.Goodput).Mean:0.##}"))
            .Add("device time wasted", Shown.Percent(result.EstimateOf(run => run.Waste)))
            .Add("simulated time", Shown.Time(all.Duration))
            .Add("hash of the events", all.EventHash[..16]);
    }

    public static ReportTable Outcomes(SimulationRun run)
    {
        var table = new ReportTable("Outcomes", "outcome", "turns", "part");
        foreach ((TurnOutcome outcome, long count) in run.Outcomes)
        {
            table.Add(Shown.Outcome(outcome), Shown.Count(count), Shown.Percent(run.Turns == 0 ? 0 : (double)count / run.Turns));
        }

        return table.Add("met the objective", Shown.Count(run.Attained), Shown.Percent(run.Attainment));
    }

    public static ReportTable Times(SimulationResult result)
    {
        var table = new ReportTable(
            "Times of turns" + (result.Runs.Count > 1 ? " (95 % confidence interval over the seeds)" : ""),
            "percentile", "end to end, completed turns", "first output");
        Add("50", run => run.P50);
        Add("90", run => run.P90);
        Add("95", run => run.P95);
        Add("99", run => run.P99);
        Add("99.9", run => run.P999);
        Add("mean", run => run.Mean);
        return table;

        void Add(string name, Func<LatencySummary, TimeSpan> of) => table.Add(
            name,
            Shown.Milliseconds(result.EstimateOf(run => of(run.Total).TotalMilliseconds)),
            Shown.Milliseconds(result.EstimateOf(run => of(run.FirstOutput).TotalMilliseconds)));
    }

    public static ReportTable Devices(SimulationRun run)
    {
        bool batches = run.Devices.Any(device => device.Steps > 0);
        string[] more = batches ? ["steps", "in a step"] : [];
        var table = new ReportTable(
            "Devices", ["device", "servers", "utilization", "on missed turns", "on canceled jobs", "jobs", "canceled", "wait p50", "wait p95", .. more]);
        foreach (DeviceUse device in run.Devices)
        {
            string[] steps = batches ? [Shown.Count(device.Steps), Shown.Number(device.MeanBatch)] : [];
            table.Add([
                device.Device,
                Shown.Count(device.Servers),
                Shown.Percent(device.Utilization),
                Shown.Percent(PartOf(device.OnMissedTurns, device)),
                Shown.Percent(PartOf(device.OnAbortedJobs, device)),
                Shown.Count(device.Completed),
                Shown.Count(device.Aborted),
                Shown.Time(device.Wait.P50),
                Shown.Time(device.Wait.P95),
                .. steps]);
        }

        return table;
    }

    public static ReportTable Blocks(SimulationRun run)
    {
        var table = new ReportTable(
            "Blocks: times of a turn", "block", "runs", "queue mean", "queue p95", "device wait mean", "device wait p95", "run mean", "run p95");
        foreach (BlockBreakdown block in run.Blocks)
        {
            table.Add(
                block.Block,
                Shown.Count(block.Runs),
                Shown.Time(block.Queue.Mean),
                Shown.Time(block.Queue.P95),
                Shown.Time(block.DeviceWait.Mean),
                Shown.Time(block.DeviceWait.P95),
                Shown.Time(block.Run.Mean),
                Shown.Time(block.Run.P95));
        }

        return table;
    }

    public static ReportTable Timeline(SimulationRun run)
    {
        var table = new ReportTable("Course of the run", ["from", "turns started", "met the objective", .. run.Devices.Select(device => $"{device.Device} busy")]);

        // A person reads a dozen rows; the chart beside it has all points.
        foreach (TimelinePoint[] points in run.Timeline.Chunk(Math.Max(1, (run.Timeline.Count + 11) / 12)))
        {
            long turns = points.Sum(point => point.Turns);
            table.Add(
            [
                Shown.Time(points[0].Start),
                Shown.Count(turns),
                turns == 0 ? "no turns" : Shown.Percent((double)points.Sum(point => point.Attained) / turns),
                .. run.Devices.Select((_, device) => Shown.Percent(points.Average(point => point.Utilization[device]))),
            ]);
        }

        return table;
    }

    /// <summary>Returns a part of the device's working time, as a part of that time.</summary>
    public static double PartOf(TimeSpan part, DeviceUse device) => device.Busy > TimeSpan.Zero ? part / device.Busy : 0;

    static IEnumerable<ReportTable> Seeds(SimulationResult result)
    {
        if (result.Runs.Count == 1)
        {
            yield break;
        }

        var table = new ReportTable("Seeds", "seed", "met the objective", "p50", "p95", "waste", "hash of the events");
        foreach (SimulationRun run in result.Runs)
        {
            table.Add(
                OptionCheck.Text($"{run.Seed}"), Shown.Percent(run.Attainment), Shown.Time(run.Total.P50), Shown.Time(run.Total.P95), Shown.Percent(run.Waste), run.EventHash[..16]);
        }

        yield return table;
    }
}

namespace AgentChain.Simulation;

/// <summary>The charts of a simulation's report.</summary>
static class ReportCharts
{
    const int RowHeight = 34;
    const int PlotHeight = 240;

    /// <summary>For each time, the part of all turns that completed, and of those that had their first output, within it.</summary>
    public static string Latency(SimulationResult result)
    {
        SimulationRun run = result.All;
        TimeSpan? total = result.Objective.TotalLimit;
        TimeSpan? first = result.Objective.FirstOutputLimit;
        TimeSpan longest = Longest(run.Total.P99, run.FirstOutput.P99, (total ?? first ?? TimeSpan.Zero) * 1.25);
        var chart = new SvgChart(
            "latency", SvgChart.Top + PlotHeight + 50, "Part of all turns within a time",
            $"Half of the completed turns end within {Shown.Time(run.Total.P50)}, 95 percent within {Shown.Time(run.Total.P95)}. Turns that did not complete never reach the line. The table has the percentiles.");
        int bottom = SvgChart.Top + PlotHeight;
        chart.Percentages(SvgChart.Top, bottom);
        Func<TimeSpan, double> x = chart.Times(longest, SvgChart.Top, bottom, "time since the start of the turn");
        bool isStream = run.FirstOutput.Count != run.Total.Count || run.FirstOutput.Sum != run.Total.Sum;
        if (isStream)
        {
            Curve(run.FirstOutput, "line b");
        }

        Curve(run.Total, "line a");
        Limit(total, "total limit");
        Limit(first, "first output limit");
        chart.Legend(lines: true, [("line a", "completed"), .. isStream ? new[] { ("line b", "first output") } : [], ("limit", "objective")]);
        return chart.End();

        void Curve(LatencySummary times, string kind) => chart.Path(
            Enumerable.Range(0, 241).Select(i => longest * i / 240).Select(time => (
                x(time), bottom - (run.Turns == 0 ? 0 : times.ShareUpTo(time) * times.Count / run.Turns * PlotHeight))),
            kind);

        void Limit(TimeSpan? limit, string name)
        {
            if (limit is { } time)
            {
                chart.Line(x(time), SvgChart.Top, x(time), bottom, "limit");
                chart.Text(x(time) + 5, SvgChart.Top + 14, $"{name} {Shown.Time(time)}");
            }
        }
    }

    /// <summary>For each block, the mean times in its queue, waiting for a device, and running.</summary>
    public static string Blocks(SimulationRun run)
    {
        TimeSpan longest = Longest([.. run.Blocks.Select(Sum), TimeSpan.FromMilliseconds(1)]);
        int bottom = SvgChart.Top + (run.Blocks.Count * RowHeight);
        var chart = new SvgChart("blocks", bottom + 50, "Mean times of a turn in each block", "The longest bar is the block in which a turn spends most time. The table has the numbers.");
        Func<TimeSpan, double> x = chart.Times(longest, SvgChart.Top, bottom, "mean time of a turn");
        for (int i = 0; i < run.Blocks.Count; i++)
        {
            BlockBreakdown block = run.Blocks[i];
            TimeSpan at = TimeSpan.Zero;
            Row(block.Queue, "bar queue", "queue");
            Row(block.DeviceWait, "bar wait", "device wait");
            Row(block.Run, "bar run", "run");
            chart.Text(SvgChart.Left - 8, Middle(i), Short(block.Block), "end");

            void Row(LatencySummary times, string kind, string name)
            {
                chart.Bar(x(at), Upper(i), x(at + times.Mean) - x(at), RowHeight - 10, kind, $"{block.Block}, {name}: {Shown.Time(times.Mean)}");
                at += times.Mean;
            }
        }

        chart.Legend(lines: false, ("bar queue", "queue"), ("bar wait", "device wait"), ("bar run", "run"));
        return chart.End();

        static TimeSpan Sum(BlockBreakdown block) => block.Queue.Mean + block.DeviceWait.Mean + block.Run.Mean;
    }

    /// <summary>For each device, the part of its time that it worked, and for what.</summary>
    public static string Devices(SimulationRun run)
    {
        int bottom = SvgChart.Top + (run.Devices.Count * RowHeight);
        var chart = new SvgChart("devices", bottom + 36, "Use of the devices", "For each device, the part of its servers' time that went to turns that met the objective, to turns that missed it, and to canceled jobs; the rest is idle. The table has the numbers.");
        for (int percent = 0; percent <= 100; percent += 25)
        {
            double x = SvgChart.Left + (percent / 100.0 * SvgChart.Inner);
            chart.Line(x, SvgChart.Top, x, bottom, "grid");
            chart.Text(x, bottom + 18, OptionCheck.Text($"{percent} %"), "middle");
        }

        for (int i = 0; i < run.Devices.Count; i++)
        {
            DeviceUse device = run.Devices[i];
            double at = SvgChart.Left;
            double missed = ReportTables.PartOf(device.OnMissedTurns, device);
            double aborted = ReportTables.PartOf(device.OnAbortedJobs, device);
            Row(1 - missed - aborted, "bar run", "turns that met the objective");
            Row(missed, "bar wait", "turns that missed it");
            Row(aborted, "bar queue", "canceled jobs");
            chart.Text(SvgChart.Left - 8, Middle(i), Short(device.Device), "end");

            void Row(double part, string kind, string name)
            {
                double share = Math.Max(0, part) * device.Utilization;
                chart.Bar(at, Upper(i), share * SvgChart.Inner, RowHeight - 10, kind, $"{device.Device}, {name}: {Shown.Percent(share)}");
                at += share * SvgChart.Inner;
            }
        }

        chart.Legend(lines: false, ("bar run", "turns that met the objective"), ("bar wait", "turns that missed it"), ("bar queue", "canceled jobs"));
        return chart.End();
    }

    /// <summary>The attainment and the busiest device over the time of one seed.</summary>
    public static string Timeline(SimulationRun run)
    {
        int busiest = run.Devices.Count == 0 ? -1 : Enumerable.Range(0, run.Devices.Count).MaxBy(device => run.Devices[device].Utilization);
        int bottom = SvgChart.Top + PlotHeight;
        var chart = new SvgChart("course", bottom + 50, "Course of the run", $"For turns by their start, the part that met the objective{(busiest < 0 ? "" : $"; and how busy {run.Devices[busiest].Device} was, the busiest device")}. The table has a dozen of the points.");
        chart.Percentages(SvgChart.Top, bottom);
        Func<TimeSpan, double> x = chart.Times(run.Duration, SvgChart.Top, bottom, "simulated time");
        if (busiest >= 0)
        {
            chart.Path(run.Timeline.Select(point => (Center(point), Y(point.Utilization[busiest]))), "line b");
        }

        chart.Path(run.Timeline.Where(point => point.Turns > 0).Select(point => (Center(point), Y((double)point.Attained / point.Turns))), "line a");
        chart.Legend(lines: true, [("line a", "turns that met the objective"), .. busiest < 0 ? [] : new[] { ("line b", $"{Short(run.Devices[busiest].Device)} busy") }]);
        return chart.End();

        double Center(TimelinePoint point) => x(point.Start + (point.Length / 2));

        double Y(double part) => bottom - (part * PlotHeight);
    }

    /// <summary>For each configuration of a plan, its price and its attainment.</summary>
    public static string Trials(CapacityPlan plan)
    {
        int bottom = SvgChart.Top + PlotHeight;
        double most = Math.Max(1, plan.Trials.Max(trial => trial.Cost)) * 1.05;
        var chart = new SvgChart("trials", bottom + 50, "Configurations by price and attainment", $"{TextReport.Headline(plan)} The table has all configurations.");
        chart.Percentages(SvgChart.Top, bottom);
        for (int i = 0; i <= 5; i++)
        {
            chart.Text(SvgChart.Left + (i / 5.0 * SvgChart.Inner), bottom + 18, OptionCheck.Text($"{i / 5.0 * most:0.#}"), "middle");
        }

        double target = bottom - (plan.Target * PlotHeight);
        chart.Line(SvgChart.Left, target, SvgChart.Width - SvgChart.Right, target, "limit");
        foreach (PlanTrial trial in plan.Trials)
        {
            double size = trial == plan.Best ? 14 : 8;
            chart.Bar(
                SvgChart.Left + (trial.Cost / most * SvgChart.Inner) - (size / 2), bottom - (trial.Result.Attainment.Mean * PlotHeight) - (size / 2), size, size,
                trial.MeetsTarget ? "bar run" : "bar queue", trial.ToString());
        }

        chart.Text(SvgChart.Left + (SvgChart.Inner / 2), bottom + 36, "price of all servers", "middle");
        chart.Legend(lines: false, ("bar run", "meets the target; the best is larger"), ("bar queue", "misses it"));
        return chart.End();
    }

    static double Upper(int row) => SvgChart.Top + (row * RowHeight) + 5;

    static double Middle(int row) => SvgChart.Top + (row * RowHeight) + (RowHeight / 2) + 4;

    static string Short(string name) => name.Length > 20 ? $"{name[..19]}…" : name;

    static TimeSpan Longest(params TimeSpan[] times) => times.Max();
}

using System.Globalization;
using AgentChain.Benchmarks.Plots;
using AgentChain.Simulation.Tests.Calibration;

namespace AgentChain.Benchmarks.Simulations.Calibration;

/// <summary>
/// Compares the predicted probability of a turn to be on time with what happens: <c>dotnet run -c Release -- calibration [turns]</c>.
/// </summary>
static class CalibrationCheck
{
    const double Goal = 0.03;
    const int Enough = 1000;

    /// <summary>Measures, prints and draws; returns 1 if a decile differs by more than 3 points.</summary>
    public static int Run(ReadOnlySpan<string> args)
    {
        int turns = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100_000;
        var free = CalibrationStudy.Run(5000, turns, seed: 1);
        var busy = CalibrationStudy.Run(5000, turns, seed: 1, load: 0.7);
        var full = CalibrationStudy.Run(5000, turns, seed: 1, load: 0.9);
        var own = CalibrationStudy.Run(5000, turns, seed: 1, isShared: false);
        Console.WriteLine($"{turns:N0} turns; deciles with at least {Enough:N0} predictions");
        bool isGood = Print("no waiting", free);
        isGood &= Print("load 0.7", busy);
        _ = Print("load 0.9 (no goal: the wait is in the blocks' times, but not how many wait now)", full);
        Console.WriteLine("chain.Predict before the start, with what waits in the queues:");
        (string Name, Reliability)[] predicted =
        [
            .. from load in (double[])[0.5, 0.7, 0.9, 1.1]
               select (string.Create(CultureInfo.InvariantCulture, $"load {load}"), PredictStudy.Run(turns / 4, load)),
        ];
        foreach ((string name, Reliability reliability) in predicted)
        {
            isGood &= Print(name, reliability);
        }

        (double Planned, double Happened)[] plan = Planned(own), shared = Planned(free);
        double worst = Worst(plan);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"chain.Explain(), 19 limits: largest difference {worst:0.0} points if each block has lengths of its own, {Worst(shared):0.0} if the same length drives several blocks"));
        string svg = Plot.Draw(
            "Predicted to be on time, and on time",
            "Four panels: of the turns that were predicted to be on time with some probability, the part that was. Points on the diagonal are exact. Those of the first two panels lie on it except at load 0.9; those of Explain if each block has lengths of its own, and those of Predict.",
            Panel("Before the start of a turn", ("no waiting", free.AtStart), ("load 0.7", busy.AtStart), ("load 0.9", full.AtStart)),
            Panel("After each block, from the time left", ("no waiting", free.Inside), ("load 0.7", busy.Inside), ("load 0.9", full.Inside)),
            Exact("chain.Explain(), 19 limits").Series("own lengths", 0, plan, line: false).Series("shared lengths", 1, shared, line: false),
            Panel("chain.Predict, queues included", predicted));
        File.WriteAllText(RepositoryFiles.Find("docs", "benchmarks", "calibration.svg"), svg);
        Console.WriteLine("drawn: docs/benchmarks/calibration.svg");
        return isGood && worst <= 100 * Goal ? 0 : 1;
    }

    static Plot Panel(string title, params ReadOnlySpan<(string Name, Reliability Reliability)> series)
    {
        Plot plot = Exact(title);
        for (int i = 0; i < series.Length; i++)
        {
            plot.Series(series[i].Name, i, series[i].Reliability.Bins(Enough).Select(bin => (100 * bin.Predicted, 100 * bin.Happened)), line: false);
        }

        return plot;
    }

    static Plot Exact(string title) => new Plot(title, new("predicted, %", 0, 100, 10), new("on time, %", 0, 100, 10))
        .Band([(0, 0, 3), (3, 0, 6), (97, 94, 100), (100, 97, 100)])
        .Series("", 0, [(0, 0), (100, 100)], dots: false);

    static double Worst((double Planned, double Happened)[] plan) => plan.Max(point => Math.Abs(point.Planned - point.Happened));

    static (double Planned, double Happened)[] Planned(CalibrationStudy study) =>
    [
        .. from at in Enumerable.Range(1, 19)
           let limit = TimeSpan.FromMilliseconds(study.Times[(int)(at * 0.05 * study.Times.Count)])
           select (100 * study.Planned(limit), 5.0 * at),
    ];

    static bool Print(string what, CalibrationStudy study)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what} (busiest device {study.Result!.Devices.Max(device => device.Utilization):P0}):"));
        return Print("before the start", study.AtStart) & Print("after each block", study.Inside);
    }

    static bool Print(string what, Reliability reliability)
    {
        double worst = reliability.Worst(Enough);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what}: largest difference {100 * worst:0.0} points in {reliability.Bins(Enough).Count()} deciles{(worst <= Goal ? "" : ", above the 3 of the goal")}"));
        Console.WriteLine("    " + string.Join(", ", reliability.Bins(Enough).Select(bin => string.Create(
            CultureInfo.InvariantCulture, $"{100 * bin.Predicted:0.0}:{100 * bin.Happened:0.0}"))));
        return worst <= Goal;
    }
}

using System.Globalization;
using AgentChain.Simulation;

namespace AgentChain.Benchmarks.Simulations.Goodput;

/// <summary>
/// Compares the turns on time under overload with policies of the literature, on Azure's traces:
/// <c>dotnet run -c Release -- goodput [file.svg]</c>. Returns 1 if a goal is missed.
/// </summary>
static class GoodputCommand
{
    static readonly double[] Loads = [0.6, 0.8, 0.95, 1.2, 1.4];

    public static int Run(ReadOnlySpan<string> args)
    {
        if (SharedFile.Find("azure-llm-2023-conversation.csv") is not { } talk || SharedFile.Find("azure-llm-2023-code.csv") is not { } code)
        {
            Console.WriteLine("Skipped: Azure's traces are not in a folder shared/data next to the repository.");
            return 0;
        }

        List<GoodputPanel> panels = [Measure("conversation", talk), Measure("code, in bursts", code)];
        if (args.Length > 0)
        {
            File.WriteAllText(args[0], GoodputChart.Draw(panels));
        }

        return Judge(panels) ? 0 : 1;
    }

    static GoodputPanel Measure(string name, string path)
    {
        ArrivalTrace trace = ArrivalTrace.FromFile(path);
        var curves = new Dictionary<string, (double OnTime, double Waste)[]>();
        Job[][] jobs = [.. Loads.Select(load => Workload.Jobs(trace, load, seed: 1))];
        void Add(string policy, Func<Job[], (double OnTime, double Waste)> run)
        {
            curves.Add(policy, [.. jobs.Select(run)]);
            string row = string.Join("  ", curves[policy].Select(
                at => string.Create(CultureInfo.InvariantCulture, $"{at.OnTime,6:0.0 %} ({at.Waste,5:0.0 %})")));
            Console.WriteLine($"  {policy,-58} {row}");
        }

        Console.WriteLine($"{name}: turns on time (share of the servers' time that went to other turns) at loads {string.Join(", ", Loads)}");
        foreach (BaselinePolicy policy in BaselinePolicy.All)
        {
            Add(policy.Name, all => Baseline.Run(policy, all, cancels: false));
        }

        Add(Cancels, all => Baseline.Run(BaselinePolicy.All[1], all, cancels: true));
        Add("AgentChain without Overload", all => JobChain.Run(all, null, predicts: false));
        Add("AgentChain with Overload, block costs only", all => JobChain.Run(all, new OverloadOptions(), predicts: false));
        Add(Ours, all => JobChain.Run(all, new OverloadOptions(), predicts: true));
        return new GoodputPanel(name, Loads, curves);
    }

    const string Cancels = "proportional split that also cancels at the deadline";
    const string Ours = "AgentChain with Overload and a prediction of each turn";

    static bool Judge(List<GoodputPanel> panels)
    {
        int at = Array.IndexOf(Loads, 1.2);
        double Of(GoodputPanel panel, string policy) => panel.Curves[policy][at].OnTime;
        (string Goal, double Value, double Least)[] goals =
        [
            ("conversation, to proportional split", Of(panels[0], Ours) / Of(panels[0], BaselinePolicy.All[1].Name), 1.2),
            ("conversation, to late drop", Of(panels[0], Ours) / Of(panels[0], BaselinePolicy.All[0].Name), 2.2),
            ("conversation, to clairvoyant least slack", Of(panels[0], Ours) / Of(panels[0], BaselinePolicy.All[^1].Name), 0.97),
            ("code, to proportional split", Of(panels[1], Ours) / Of(panels[1], BaselinePolicy.All[1].Name), 1.6),
            ("conversation, useful share of the servers' time", 1 - panels[0].Curves[Ours][at].Waste, 0.88),
        ];
        bool all = true;
        foreach ((string goal, double value, double least) in goals)
        {
            all &= value >= least;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{(value >= least ? "met" : "MISSED"),-7}{goal} at load 1.2: {value:0.00}, goal {least:0.00}"));
        }

        return all;
    }
}

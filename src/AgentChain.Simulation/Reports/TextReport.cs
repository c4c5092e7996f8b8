using System.Globalization;
using System.Text;

namespace AgentChain.Simulation;

/// <summary>Describes results as text.</summary>
static class TextReport
{
    public static string Of(SimulationResult result)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Simulation of the chain '{result.Chain}' on {result.Arrivals}\n");
        foreach (ReportTable table in ReportTables.Of(result).Where(table => !table.IsEmpty))
        {
            table.WriteText(text);
        }

        return text.ToString();
    }

    public static string Of(CapacityPlan plan)
    {
        var text = new StringBuilder();
        text.Append(Headline(plan)).Append('\n');
        Trials(plan).WriteText(text);
        return text.Append('\n').Append(Of(plan.Best.Result)).ToString();
    }

    public static string Headline(CapacityPlan plan) => (plan.IsFeasible, plan.IsProven) switch
    {
        (true, true) => $"{Devices(plan)} meet the target of {Shown.Percent(plan.Target)}, and nothing cheaper does.",
        (true, false) => $"{Devices(plan)} meet the target of {Shown.Percent(plan.Target)}. The limit on simulations ended the search for cheaper ones.",
        (false, true) => $"The target of {Shown.Percent(plan.Target)} cannot be met: {Devices(plan)} reach {Shown.Percent(plan.Best.Result.Attainment)}.",
        (false, false) => $"The limit on simulations ended the search before it met the target of {Shown.Percent(plan.Target)}: {Devices(plan)} reach {Shown.Percent(plan.Best.Result.Attainment)}.",
    };

    public static ReportTable Trials(CapacityPlan plan)
    {
        var table = new ReportTable(
            OptionCheck.Text($"Configurations that were simulated: {plan.Trials.Count}"),
            ["number", .. plan.Best.Devices.Select(device => device.Name), "cost", "met the objective", "target"]);
        for (int i = 0; i < plan.Trials.Count; i++)
        {
            PlanTrial trial = plan.Trials[i];
            table.Add(
            [
                OptionCheck.Text($"{i + 1}"),
                .. trial.Devices.Select(device => Shown.Count(device.Servers)),
                OptionCheck.Text($"{trial.Cost:0.##}"),
                Shown.Percent(trial.Result.Attainment),
                trial == plan.Best && trial.MeetsTarget ? "met, cheapest" : trial.MeetsTarget ? "met" : "missed",
            ]);
        }

        return table;
    }

    static string Devices(CapacityPlan plan) =>
        string.Join(", ", plan.Best.Devices.Select(device => OptionCheck.Text($"{device.Servers} x {device.Name}")));
}

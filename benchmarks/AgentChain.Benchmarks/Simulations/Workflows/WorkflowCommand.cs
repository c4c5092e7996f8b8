using System.Globalization;

namespace AgentChain.Benchmarks.Simulations.Workflows;

/// <summary>
/// Finds the tightest deadline that 95 % of the turns of a workflow meet on devices of unlike speed, against first-come, first-served:
/// <c>dotnet run -c Release -- workflow [turns]</c>. Returns 1 if the goal is missed at any load.
/// </summary>
static class WorkflowCommand
{
    /// <summary>The average of HEXGEN-Flow (arXiv 2505.05286) over first-come, first-served.</summary>
    const double Goal = 1.4;
    const double Share = 0.95;

    static readonly double[] Loads = [0.3, 0.45, 0.6, 0.75, 0.85];

    public static int Run(ReadOnlySpan<string> args)
    {
        int turns = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 4_000;
        Console.WriteLine("load  in turn (s)  one queue (s)  AgentChain (s)  ratio to in turn  ratio to one queue");
        double product = 1, least = double.PositiveInfinity;
        foreach (double load in Loads)
        {
            WorkflowJob[] jobs = WorkflowLoad.Jobs(turns, load, seed: 7);
            double inTurn = Quantile(FirstComeBaseline.InTurn(jobs)), oneQueue = Quantile(FirstComeBaseline.OneQueue(jobs));
            double ours = Tightest(jobs, 2 * oneQueue);
            product *= oneQueue / ours;
            least = Math.Min(least, inTurn / ours);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{load,4}  {inTurn,11:0.00}  {oneQueue,13:0.00}  {ours,14:0.00}  {inTurn / ours,16:0.00}  {oneQueue / ours,18:0.00}"));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(least >= Goal ? "met" : "MISSED")}: least ratio to calls in turn {least:0.00}, goal {Goal}; mean ratio to one queue {Math.Pow(product, 1.0 / Loads.Length):0.00}"));
        return least >= Goal ? 0 : 1;
    }

    static double Quantile(double[] times) => times.Order().ElementAt((int)(Share * times.Length));

    static double Tightest(WorkflowJob[] jobs, double high)
    {
        double low = high / 16;
        while (high / low > 1.01)
        {
            double middle = Math.Sqrt(low * high);
            (low, high) = WorkflowChain.OnTime(jobs, middle) >= Share ? (low, middle) : (middle, high);
        }

        return high;
    }
}

using System.Globalization;
using AgentChain.Simulation.Tests.External;

namespace AgentChain.Benchmarks.Simulations.External;

/// <summary>Splitwise's table of measured times, reproduced by cost models on a batching device.</summary>
static class SplitwiseTable
{
    const double Goal = 0.05;

    /// <summary>Prints the errors; returns false if a configuration with answers of 128 tokens differs by more than 5 percent.</summary>
    public static bool Check(string path)
    {
        SplitwiseRow[] rows = SplitwiseRow.ReadAll(path);
        SplitwiseRow[] whole = [.. rows.Where(row => row.AddsUp)];
        Console.WriteLine($"Splitwise, medians of {rows.Length} configurations of {rows.Select(row => row.Machine).Distinct().Count()} machines; the parts of {rows.Length - whole.Length} do not add up to their whole (answers that ended early, batches that did not fit), so they are left out");
        List<(SplitwiseRow Row, double Error)> simulated = [];
        List<double> heldOut = [], learned = [];
        foreach (IGrouping<string, SplitwiseRow> of in rows.GroupBy(row => row.Machine))
        {
            var machine = new SplitwiseMachine([.. of]);
            simulated.AddRange(of.Where(row => row.AddsUp).Select(row => (row, (machine.Simulate(row) / row.All) - 1)));
            heldOut.AddRange(machine.HeldOut());
            learned.AddRange(machine.Learned());
        }

        (SplitwiseRow Row, double Error)[] measured = [.. simulated.Where(pair => pair.Row.Tokens == 128)];
        Print("prompts of 128 to 8,192 tokens and batches of 1 to 64, simulated from the first to the last token", measured.Select(pair => pair.Error));
        foreach ((SplitwiseRow row, double error) in measured.Where(pair => Math.Abs(pair.Error) >= Goal))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {row.Machine}, prompt {row.Prompt}, batch {row.Batch}: {error:+0.0 %;-0.0 %}"));
        }

        Print("answers of 256 and more tokens, whose steps are not in the tables", simulated.Except(measured).Select(pair => pair.Error));
        Print("a prompt or step between two others, with its own point left out of the table", heldOut);
        Print("the time of a prompt, learned without a model", learned);
        return Array.TrueForAll(measured, pair => Math.Abs(pair.Error) < Goal);
    }

    static void Print(string what, IEnumerable<double> errors)
    {
        double[] sizes = [.. errors.Select(Math.Abs).Order()];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what}: {sizes.Length}, median error {sizes[sizes.Length / 2]:0.0 %}, largest {sizes[^1]:0.0 %}, within 5 %: {sizes.Count(size => size < Goal)}"));
    }
}

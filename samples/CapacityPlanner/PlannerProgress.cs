using System.Globalization;
using AgentChain.Simulation;
using Spectre.Console;

namespace CapacityPlanner;

/// <summary>Shows a progress bar on standard error while work runs, if a person is there to see it.</summary>
static class PlannerProgress
{
    public static async Task<SimulationResult> SimulateAsync(SimulationOptions options, bool show, Func<Task<SimulationResult>> run)
    {
        if (!show)
        {
            return await run();
        }

        return await Bars().StartAsync(async context =>
        {
            ProgressTask task = context.AddTask("simulating", maxValue: options.Seeds);
            Dictionary<long, double> parts = [];
            options.Progress = new Receiver<SimulationProgress>(at =>
            {
                parts[at.Seed] = at.Expected == 0 ? 1 : (double)at.Turns / at.Expected;
                task.Value = parts.Values.Sum();
                task.Description = string.Create(CultureInfo.InvariantCulture, $"seed {at.Seed}, {at.Elapsed.TotalMinutes:0} min of traffic");
            });
            return await run();
        });
    }

    public static async Task<CapacityPlan> PlanAsync(PlanOptions options, bool show, Func<PlanOptions, Task<CapacityPlan>> run)
    {
        if (!show)
        {
            return await run(options);
        }

        return await Bars().StartAsync(async context =>
        {
            ProgressTask task = context.AddTask("planning");
            task.IsIndeterminate = true;
            int count = 0;
            options.Progress = new Receiver<PlanTrial>(trial =>
                task.Description = string.Create(CultureInfo.InvariantCulture, $"{++count} simulated; {Markup.Escape(trial.ToString())}"));
            return await run(options);
        });
    }

    static Progress Bars() => AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) }).Progress()
        .AutoClear(true)
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn());

    /// <summary>Receives progress where it is told, one at a time, unlike <see cref="Progress{T}"/>, which posts it.</summary>
    sealed class Receiver<T>(Action<T> receive) : IProgress<T>
    {
        readonly Lock _lock = new();

        public void Report(T value)
        {
            lock (_lock)
            {
                receive(value);
            }
        }
    }
}

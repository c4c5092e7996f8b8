using System.CommandLine;
using AgentChain.Simulation;
using CapacityPlanner.Description;

namespace CapacityPlanner;

/// <summary>The command line: <c>run</c> simulates the described devices, <c>plan</c> finds the fewest.</summary>
static class PlannerCommand
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        var description = new Argument<string>("description") { Description = "The JSON file that describes the chain, its devices and its arrivals." };
        var html = new Option<string?>("--html") { Description = "Writes the report, with charts, to this file." };
        var quiet = new Option<bool>("--quiet") { Description = "Shows no progress bar." };
        var run = new Command("run", "Simulates the chain with the devices of the description.") { description, html, quiet };
        var plan = new Command("plan", "Finds the fewest devices, or the cheapest ones, that meet the target; exits with 1 if none do.") { description, html, quiet };
        var root = new RootCommand("Tells what a chain of models will do on given devices, and how many devices it needs.") { run, plan };
        run.SetAction((parsed, token) => GuardAsync(error, () => SimulateAsync(
            parsed.GetRequiredValue(description), parsed.GetValue(html), IsShown(parsed.GetValue(quiet)), output, token)));
        plan.SetAction((parsed, token) => GuardAsync(error, () => PlanAsync(
            parsed.GetRequiredValue(description), parsed.GetValue(html), IsShown(parsed.GetValue(quiet)), output, token)));
        ParseResult result = root.Parse(arguments);
        int code = await result.InvokeAsync(new() { Output = output, Error = error });
        return result.Errors.Count > 0 ? ExitCode.Usage : code;
    }

    static async Task<int> SimulateAsync(string path, string? html, bool show, TextWriter output, CancellationToken token)
    {
        PlannedChain chain = Load(path);
        SimulationResult result = await PlannerProgress.SimulateAsync(chain.Options, show, () =>
            Simulator.RunAsync(chain.Build, arrival => arrival, chain.Arrivals, chain.Devices, chain.Options, token));
        await output.WriteAsync(result.ToText());
        await WriteAsync(html, result.ToHtml, output);
        return ExitCode.Success;
    }

    static async Task<int> PlanAsync(string path, string? html, bool show, TextWriter output, CancellationToken token)
    {
        PlannedChain chain = Load(path);
        if (chain.Devices.Count == 0)
        {
            throw new PlannerException(ExitCode.Input, $"{Path.GetFileName(path)}, devices: a plan needs at least one.");
        }

        CapacityPlan plan = await PlannerProgress.PlanAsync(chain.PlanOptions, show, options =>
            Simulator.PlanAsync(chain.Build, arrival => arrival, chain.Arrivals, chain.Devices, options, token));
        await output.WriteAsync(plan.ToText());
        await WriteAsync(html, plan.ToHtml, output);
        return plan.IsFeasible ? ExitCode.Success : ExitCode.TargetMissed;
    }

    static PlannedChain Load(string path)
    {
        ChainDescription description = DescriptionFile.Read(path);
        var chain = new PlannedChain(description, Path.GetDirectoryName(Path.GetFullPath(path))!);

        // A broken trace is found before the progress bar.
        return chain.Arrivals.Summary.Count > 0 ? chain : throw new PlannerException(ExitCode.Input, $"{chain.Arrivals.Name}: the trace has no arrivals.");
    }

    static async Task WriteAsync(string? path, Func<string> page, TextWriter output)
    {
        if (path is null)
        {
            return;
        }

        try
        {
            await File.WriteAllTextAsync(path, page());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new PlannerException(ExitCode.Output, $"The report cannot be written to '{path}': {error.Message}");
        }

        await output.WriteLineAsync($"\nReport: {path}");
    }

    static async Task<int> GuardAsync(TextWriter error, Func<Task<int>> work)
    {
        try
        {
            return await work();
        }
        catch (PlannerException wrong)
        {
            await error.WriteLineAsync(wrong.Message);
            return wrong.ExitCode;
        }
        catch (Exception wrong) when (wrong is ArrivalTraceException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync(wrong.Message);
            return ExitCode.Input;
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("Interrupted.");
            return ExitCode.Interrupted;
        }
    }

    static bool IsShown(bool quiet) => !quiet && !Console.IsErrorRedirected;
}

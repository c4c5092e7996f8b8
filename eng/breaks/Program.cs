using System.Collections.Concurrent;
using System.Globalization;
using AgentChain.Breaks;

BreakOptions options = BreakOptions.Parse(args);
string root = FindRoot();
IReadOnlyList<DeliberateBreak> all = BreakList.ReadAll(Path.Combine(root, "eng", "breaks", "lists"));
var copy = new WorkingCopy(root);
Dictionary<string, string> notApplicable = [];
foreach (DeliberateBreak deliberate in all)
{
    if (copy.WhyNot(deliberate) is { } why)
    {
        notApplicable[deliberate.Id] = why;
    }
}

if (options.List)
{
    foreach (DeliberateBreak deliberate in all)
    {
        Console.WriteLine($"{deliberate.Folder,-12} {deliberate.Id,-42} {notApplicable.GetValueOrDefault(deliberate.Id) ?? deliberate.Why}");
    }

    return notApplicable.Count == 0 ? 0 : 1;
}

string state = Path.Combine(root, "artifacts", "breaks");
Directory.CreateDirectory(state);
string resultPath = Path.Combine(state, "results.tsv");
if (options.Fresh)
{
    File.Delete(resultPath);
}

var results = new ResultFile(resultPath);
DeliberateBreak[] chosen = [.. all.Where(b => options.Includes(b, results))];
if (options.Page)
{
    return WritePage();
}

var told = new ConcurrentDictionary<string, bool>();
foreach (BreakArea area in BreakArea.All)
{
    DeliberateBreak[] here = [.. chosen.Where(b => b.Area == area)];
    if (here.Length > 0)
    {
        await TryAllAsync(area, here);
    }
}

return WritePage();

int WritePage()
{
    if (options.Only.Length > 0)
    {
        // The page is about all breaks; where some were chosen, their own results count.
        return notApplicable.Count == 0
            && chosen.All(b => results.Find(b.Id) is { Outcome: BreakOutcome.Killed or BreakOutcome.Equivalent }) ? 0 : 1;
    }

    File.WriteAllText(Path.Combine(root, "docs", "benchmarks", "breaks.md"), ResultPage.Whole(all, results));
    Console.WriteLine();
    Console.WriteLine(ResultPage.Summary(all, results));
    return notApplicable.Count == 0 && ResultPage.Share(all, results) >= 0.95 ? 0 : 1;
}

IReadOnlyList<DeliberateBreak> Switchable() => [.. all.Where(b => b.Equivalent is null && !notApplicable.ContainsKey(b.Id))];

// First the test classes that the lists name, which are fast, for all breaks; then all other tests for the breaks that remain.
async Task TryAllAsync(BreakArea area, IReadOnlyList<DeliberateBreak> here)
{
    await BuildAsync(area);
    using var first = new TestProcess(copy.TestAssembly(area));
    Console.WriteLine("Running the tests without a break");
    (BreakOutcome _, IReadOnlyList<string> failing, TimeSpan usual) =
        await first.RunAsync(0, "", options.Quick ? BreakTrial.Long : [], options.Patience);
    string[] excluded = [.. failing.Distinct()];
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"They take {usual.TotalSeconds:0} s."));
    foreach (string test in excluded)
    {
        Console.WriteLine($"Excluded, because it fails without a break: {test}");
    }

    List<BreakTrial> trials = [new(options.Patience, excluded, options.Quick, named: true)];
    if (!options.Named)
    {
        trials.Add(new(options.Patience, excluded, options.Quick, named: false));
    }

    var processes = new ConcurrentBag<TestProcess>([first]);
    foreach (BreakTrial trial in trials)
    {
        await Parallel.ForEachAsync(
            here.Where(b => b.Kind != BreakKind.Patch || b.Equivalent is not null || notApplicable.ContainsKey(b.Id))
                .Where(b => !told.ContainsKey(b.Id)),
            new ParallelOptions { MaxDegreeOfParallelism = options.Jobs },
            async (deliberate, _) =>
            {
                TestProcess tests = processes.TryTake(out TestProcess? free) ? free : new TestProcess(copy.TestAssembly(area));
                Tell(deliberate.Equivalent is { } reason ? new(deliberate.Id, BreakOutcome.Equivalent, reason, 0)
                    : notApplicable.TryGetValue(deliberate.Id, out string? why) ? new(deliberate.Id, BreakOutcome.NotApplicable, why, 0)
                    : await trial.TryAsync(tests, deliberate, deliberate.Number));
                processes.Add(tests);
            });
    }

    foreach (TestProcess process in processes)
    {
        process.Dispose();
    }

    foreach (DeliberateBreak patch in here.Where(b => b.Kind == BreakKind.Patch && b.Equivalent is null && !notApplicable.ContainsKey(b.Id)))
    {
        await copy.WriteAsync(Switchable());
        copy.Patch(patch);
        IReadOnlyList<(string? Break, string Message)> errors = await copy.BuildAsync(area);
        Tell(errors.Count > 0
            ? new(patch.Id, BreakOutcome.NotApplicable, errors[0].Message, 0)
            : await trials[^1].TryAsync(first, patch, DeliberateBreak.Always));
    }
}

// Builds all breaks at once; a break that does not compile is reported and left out.
async Task BuildAsync(BreakArea area)
{
    while (true)
    {
        Console.WriteLine($"Building {Switchable().Count} breaks");
        await copy.WriteAsync(Switchable());
        IReadOnlyList<(string? Break, string Message)> errors = await copy.BuildAsync(area);
        if (errors.Count == 0)
        {
            return;
        }

        foreach ((string? id, string message) in errors)
        {
            Console.WriteLine($"{id ?? "?"}: {message}");
            if (id is not null)
            {
                notApplicable.TryAdd(id, message);
            }
        }

        if (errors.All(e => e.Break is null))
        {
            throw new InvalidOperationException("The copy does not compile, and no break is the cause.");
        }
    }
}

void Tell(BreakResult? found)
{
    if (found is not { } result)
    {
        return;
    }

    told[result.Id] = true;
    results.Add(result);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Outcome,-13} {result.Id,-42} {result.Seconds,6:0.0} s  {result.By}"));
}

static string FindRoot()
{
    for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
    {
        if (File.Exists(Path.Combine(folder.FullName, "AgentChain.sln")))
        {
            return folder.FullName;
        }
    }

    throw new DirectoryNotFoundException("No folder above the tool holds AgentChain.sln.");
}

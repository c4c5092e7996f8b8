using System.Globalization;
using AgentChain.Fuzz;

if (args is ["worker", var workerRoot, var workerFolder])
{
    await new FuzzWorker(FuzzTargets.All(workerRoot), workerFolder).RunAsync();
    return 0;
}

if (args is ["--help" or "-h"])
{
    Console.WriteLine(FuzzOptions.Usage);
    return 0;
}

FuzzOptions options = FuzzOptions.Parse(args);
string root = AppContext.BaseDirectory;
while (!File.Exists(Path.Combine(root, "AgentChain.sln")))
{
    root = Path.GetDirectoryName(root) ?? throw new DirectoryNotFoundException("No folder above the tool holds AgentChain.sln.");
}

IReadOnlyList<FuzzTarget> targets = FuzzTargets.All(root);
if (options.Texts > 0)
{
    return HostileTexts.Run(targets, options);
}

var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
var failures = new Dictionary<string, int>(StringComparer.Ordinal);
FuzzResult slowest = new("", "", "", "", 0, 0), largest = slowest;
using var run = new FuzzRun(root, typeof(FuzzRun).Assembly.Location);
IEnumerable<string> cases = FuzzRun.Corpus(root);
if (!options.CorpusOnly)
{
    cases = cases.Concat(Enumerable.Range(options.Seed, options.Count).Select(seed => seed.ToString(CultureInfo.InvariantCulture)));
}

int done = 0;
foreach (string which in cases)
{
    if (options.Only.Length > 0 && int.TryParse(which, out int only) && !FuzzCase.Create(targets, only).Target.Name.Contains(options.Only, StringComparison.Ordinal))
    {
        continue;
    }

    FuzzResult result = await run.RunAsync(which);
    counts[result.Outcome] = counts.GetValueOrDefault(result.Outcome) + 1;
    slowest = result.Milliseconds > slowest.Milliseconds ? result : slowest;
    largest = result.Mebibytes > largest.Mebibytes ? result : largest;
    if (result.IsFailure)
    {
        string kind = $"{result.Outcome} {result.File} {result.Detail.Split(": ")[0]}";
        failures[kind] = failures.GetValueOrDefault(kind) + 1;
        if (failures[kind] <= 3)
        {
            Console.WriteLine($"{result.Outcome,-7} {Path.GetRelativePath(root, Path.GetFullPath(which, root))} {result.File} {result.Detail}");
        }

        if (options.Keep && failures[kind] == 1 && int.TryParse(which, out int seed) && FuzzCase.Create(targets, seed) is { Content: { } content } found)
        {
            string folder = Path.Combine(root, "eng", "fuzz", "corpus", found.Target.Name);
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(Path.Combine(folder, $"{result.Outcome}-{seed}@{found.File.Replace('/', '~')}"), content);
        }
    }

    if (++done % 5000 == 0)
    {
        Console.WriteLine($"{done:N0}: {Counts()}");
    }
}

Console.WriteLine($"{done:N0} files: {Counts()}; the slowest took {slowest.Milliseconds} ms ({slowest.Case} {slowest.File}), the largest {largest.Mebibytes} MiB ({largest.Case} {largest.File}).");
return failures.Count == 0 ? 0 : 1;

string Counts() => string.Join(", ", counts.Select(c => $"{c.Value:N0} {c.Key}"));

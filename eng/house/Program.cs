using AgentChain.House;

const string Usage = """
    Usage: dotnet run --project eng/house [-- REVISION]
    Counts the sources under src: where types are, how long files are, patterns of translated prose in comments. With a revision, counts that too.
    """;
if (args is ["--help" or "-h"])
{
    Console.WriteLine(Usage);
    return 0;
}

string root = AppContext.BaseDirectory;
while (!File.Exists(Path.Combine(root, "AgentChain.sln")))
{
    root = Path.GetDirectoryName(root) ?? throw new DirectoryNotFoundException("No folder above the tool holds AgentChain.sln.");
}

IReadOnlyList<(string Name, int Count)> now = HouseCount.Of(SourceTree.Read(root));
if (args is [var revision])
{
    Dictionary<string, int> then = HouseCount.Of(SourceTree.Read(root, revision)).ToDictionary(c => c.Name, c => c.Count);
    Console.WriteLine($"| count | {revision} | now |\n|---|---|---|");
    foreach ((string name, int count) in now)
    {
        Console.WriteLine($"| {name} | {(then.TryGetValue(name, out int before) ? before : "")} | {count} |");
    }
}
else
{
    Console.WriteLine("| count | now |\n|---|---|");
    foreach ((string name, int count) in now)
    {
        Console.WriteLine($"| {name} | {count} |");
    }
}

return 0;

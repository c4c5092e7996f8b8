using System.Globalization;
using System.Text.RegularExpressions;

namespace AgentChain.Breaks;

/// <summary>
/// The copy of the repository that gets the breaks: the areas, their tests and build files, in <c>artifacts/breaks</c>.
/// The working tree itself is never written to.
/// </summary>
sealed class WorkingCopy(string root)
{
    const string Switch = "src/AgentChain/Break.cs";

    static readonly string[] Copied =
    [
        .. BreakArea.All.SelectMany(area => new[] { area.Source, area.TestProject + "/" }),
        "src/AgentChain.Testing/", "tests/xunit.runner.json", "docs/",
    ];

    string Folder { get; } = Path.Combine(root, "artifacts", "breaks", "copy");

    /// <summary>Returns the path of an area's built tests.</summary>
    public string TestAssembly(BreakArea area) =>
        Path.Combine(Folder, area.TestProject, "bin", "Debug", "net10.0", Path.GetFileName(area.TestProject) + ".dll");

    /// <summary>Updates the copy from the working tree, and inserts the switchable breaks.</summary>
    public async Task WriteAsync(IReadOnlyList<DeliberateBreak> breaks)
    {
        List<string> files = [];
        await ChildProcess.RunAsync("git", ["ls-files", "-co", "--exclude-standard"], root, TimeSpan.FromMinutes(1), line =>
        {
            files.Add(line);
            return true;
        });
        HashSet<string> wanted = [.. files.Where(IsWanted).Where(f => File.Exists(Path.Combine(root, f)))];
        ILookup<string, DeliberateBreak> byFile = breaks.Where(b => b.Kind != BreakKind.Patch).ToLookup(b => b.Path);
        foreach (string file in wanted)
        {
            byte[] bytes = await File.ReadAllBytesAsync(Path.Combine(root, file));
            if (byFile[file].Any())
            {
                bytes = System.Text.Encoding.UTF8.GetBytes(SourceRewriter.Rewrite(Original(file), byFile[file]));
            }

            WriteIfChanged(file, bytes);
        }

        WriteIfChanged(Switch, System.Text.Encoding.UTF8.GetBytes(SourceRewriter.Switch));
        wanted.Add(Switch);
        byte[] loop = await File.ReadAllBytesAsync(Path.Combine(root, "eng", "breaks", "loop", "BreakLoop.cs"));
        foreach (string copy in BreakArea.All.Select(area => area.TestProject + "/BreakLoop.cs"))
        {
            WriteIfChanged(copy, loop);
            wanted.Add(copy);
        }

        foreach (string left in Directory.EnumerateFiles(Folder, "*.cs", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Folder, f)))
        {
            if (!wanted.Contains(left) && !left.Contains("/obj/", StringComparison.Ordinal))
            {
                File.Delete(Path.Combine(Folder, left));
            }
        }
    }

    /// <summary>Applies one break to its file, in place of the switchable breaks there.</summary>
    public void Patch(DeliberateBreak deliberate) =>
        WriteIfChanged(
            deliberate.Path, System.Text.Encoding.UTF8.GetBytes(SourceRewriter.Patch(Original(deliberate.Path), deliberate)));

    /// <summary>Reads a source file of the working tree.</summary>
    /// <exception cref="InvalidDataException">The file does not exist.</exception>
    public string Original(string file)
    {
        string path = Path.Combine(root, file);
        return File.Exists(path) ? File.ReadAllText(path) : throw new InvalidDataException($"there is no file {file}");
    }

    /// <summary>Returns the reason why a break cannot be inserted into the source; null if it can.</summary>
    public string? WhyNot(DeliberateBreak deliberate)
    {
        try
        {
            SourceRewriter.Find(deliberate, Original(deliberate.Path));
            return null;
        }
        catch (InvalidDataException error)
        {
            return error.Message;
        }
    }

    /// <summary>Builds an area and its tests.</summary>
    /// <returns>The compiler's errors: the break that contains the place, if any, and the message.</returns>
    public async Task<IReadOnlyList<(string? Break, string Message)>> BuildAsync(BreakArea area)
    {
        List<string> errors = [];
        string[] arguments =
        [
            "build", area.TestProject, "--nologo", "-v", "q", "-nodeReuse:false", "-p:UseSharedCompilation=false",
            "-p:TreatWarningsAsErrors=false", "-p:RunAnalyzers=false",
            "-p:EnforceCodeStyleInBuild=false", "-p:GenerateDocumentationFile=false", "-p:WarningLevel=0",
            "-p:GenerateProgramFile=false", "-clp:ErrorsOnly;NoSummary",
        ];
        int? code = await ChildProcess.RunAsync(
            "dotnet",
            arguments,
            Folder,
            TimeSpan.FromMinutes(15),
            line =>
            {
                if (line.Contains(": error ", StringComparison.Ordinal))
                {
                    errors.Add(line);
                }

                return true;
            });
        return code == 0 ? [] : errors.Count == 0 ? [(null, "The build failed and did not say why.")] : [.. errors.Distinct().Select(Blame)];
    }

    (string?, string) Blame(string error)
    {
        Match place = Regex.Match(error, @"^\s*(?<file>[^(]+)\((?<line>\d+),");
        string? id = place.Success && File.Exists(place.Groups["file"].Value)
            ? SourceRewriter.BreakAt(
                File.ReadAllText(place.Groups["file"].Value), int.Parse(place.Groups["line"].Value, CultureInfo.InvariantCulture))
            : null;
        return (id, error.Trim());
    }

    static bool IsWanted(string file) =>
        !file.Contains('/', StringComparison.Ordinal) || Copied.Any(c => file.StartsWith(c, StringComparison.Ordinal));

    void WriteIfChanged(string file, byte[] bytes)
    {
        string path = Path.Combine(Folder, file);
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, bytes);
        }
    }
}

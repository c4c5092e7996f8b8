using System.Diagnostics;
using System.Globalization;
using AgentChain.Onnx.Runtime;

namespace AgentChain.Fuzz;

/// <summary>The child process: takes a case from each line of its input, runs it, and answers with a line.</summary>
sealed class FuzzWorker(IReadOnlyList<FuzzTarget> targets, string folder)
{
    const int LargeFile = 1 << 20;

    readonly Dictionary<string, string> _copies = [];

    public async Task RunAsync()
    {
        while (await Console.In.ReadLineAsync() is { Length: > 0 } line)
        {
            FuzzCase damaged = int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out int seed)
                ? FuzzCase.Create(targets, seed) : FuzzCase.Read(targets, line);
            if (damaged.Content?.Length > LargeFile)
            {
                // Making the file took memory too.
                GC.Collect();
            }

            PeakMemory.Reset();
            long started = Stopwatch.GetTimestamp();
            string outcome = await RunAsync(damaged);
            int milliseconds = (int)Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            await Console.Out.WriteLineAsync($"{damaged.Target.Name}/{damaged.File}\t{milliseconds}\t{PeakMemory.Mebibytes()}\t{outcome}");
            await Console.Out.FlushAsync();
        }
    }

    async Task<string> RunAsync(FuzzCase damaged)
    {
        string copy = Place(damaged), path = Path.Combine(copy, damaged.File);
        try
        {
            await damaged.Target.Use(copy);
            return "used\t";
        }
        catch (OnnxModelException error)
        {
            return $"refused\t{OneLine(error.Message)}";
        }
        catch (Exception error)
        {
            // The place in the library tells failures apart better than the message, which can contain values.
            string at = error.StackTrace?.Split('\n').FirstOrDefault(l => l.Contains("AgentChain.Onnx", StringComparison.Ordinal))?.Trim() ?? "";
            return $"raw\t{error.GetType().Name} {OneLine(at.Split(" in ")[0])}: {OneLine(error.Message)}";
        }
        finally
        {
            Delete(path);
            File.CreateSymbolicLink(path, Path.Combine(damaged.Target.Folder, damaged.File));
        }
    }

    // The other files of the folder are links to the valid ones.
    string Place(FuzzCase damaged)
    {
        if (!_copies.TryGetValue(damaged.Target.Name, out string? copy))
        {
            copy = _copies[damaged.Target.Name] = Path.Combine(folder, damaged.Target.Name);
            foreach (string file in Directory.EnumerateFiles(damaged.Target.Folder, "*", SearchOption.AllDirectories))
            {
                string link = Path.Combine(copy, Path.GetRelativePath(damaged.Target.Folder, file));
                Directory.CreateDirectory(Path.GetDirectoryName(link)!);
                File.CreateSymbolicLink(link, file);
            }
        }

        string path = Path.Combine(copy, damaged.File);
        Delete(path);
        if (damaged.Content is null)
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            File.WriteAllBytes(path, damaged.Content);
        }

        return copy;
    }

    static void Delete(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path);
        }
        else
        {
            File.Delete(path);
        }
    }

    static string OneLine(string text) => new([.. text.Take(300).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c)]);
}

namespace AgentChain.Fuzz;

/// <summary>Runs cases in child processes, one at a time.</summary>
sealed class FuzzRun(string root, string assembly) : IDisposable
{
    // A process keeps some of the memory of a run. A new one begins before that counts as the memory of another run.
    const int CasesPerProcess = 3000, KeptMebibytes = 300;

    readonly string _folder = Directory.CreateTempSubdirectory("agentchain-fuzz-").FullName;
    WorkerProcess? _worker;
    int _cases;
    int _processes;

    /// <summary>The paths of the corpus.</summary>
    public static IEnumerable<string> Corpus(string root)
    {
        string folder = Path.Combine(root, "eng", "fuzz", "corpus");
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*@*", SearchOption.AllDirectories).Order(StringComparer.Ordinal) : [];
    }

    /// <summary>Runs a case.</summary>
    /// <param name="which">A seed, or a path in the corpus.</param>
    public async Task<FuzzResult> RunAsync(string which)
    {
        if (_worker is null || _cases++ >= CasesPerProcess)
        {
            Stop();
            _worker = new WorkerProcess(assembly, root, Path.Combine(_folder, $"{_processes++}"));
            _cases = 0;
        }

        FuzzResult result = await _worker.RunAsync(which);
        if (result.Mebibytes > KeptMebibytes)
        {
            Stop();
        }

        if (result.Outcome is "crash" or "hang" or "memory")
        {
            Stop();
            FuzzCase damaged = int.TryParse(which, out int seed) ? FuzzCase.Create(FuzzTargets.All(root), seed) : FuzzCase.Read(FuzzTargets.All(root), which);
            result = result with { File = $"{damaged.Target.Name}/{damaged.File}" };
        }

        return result;
    }

    public void Dispose()
    {
        Stop();
        Directory.Delete(_folder, recursive: true);
    }

    void Stop()
    {
        _worker?.Dispose();
        _worker = null;
    }
}

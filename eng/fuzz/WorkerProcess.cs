using System.Diagnostics;
using System.Globalization;

namespace AgentChain.Fuzz;

/// <summary>A child process with limits on its time and memory.</summary>
sealed class WorkerProcess : IDisposable
{
    /// <summary>The limit on the processor time of a run, and, for one that waits, on its time.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10), WaitLimit = TimeSpan.FromSeconds(60);

    public const long MemoryLimit = 1L << 30;

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    readonly Process _process;

    public WorkerProcess(string assembly, string root, string folder)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])["exec", assembly, "worker", root, folder])
        {
            start.ArgumentList.Add(argument);
        }

        // More heaps than cores would only cost memory.
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
    }

    public async Task<FuzzResult> RunAsync(string which)
    {
        await _process.StandardInput.WriteLineAsync(which);
        await _process.StandardInput.FlushAsync();
        long started = Stopwatch.GetTimestamp();
        TimeSpan used = _process.TotalProcessorTime;
        Task<string?> answer = _process.StandardOutput.ReadLineAsync();
        while (!answer.IsCompleted)
        {
            // This wait is for another process, so it takes real time.
            await Task.WhenAny(answer, Task.Delay(Look, TimeProvider.System));
            if (answer.IsCompleted)
            {
                break;
            }

            _process.Refresh();
            if (!_process.HasExited && _process.WorkingSet64 > MemoryLimit)
            {
                return Kill(which, "memory", string.Create(CultureInfo.InvariantCulture, $"{_process.WorkingSet64 >> 20} MiB"));
            }

            if (_process.HasExited)
            {
                break;
            }

            // On a busy machine, the time alone would say little.
            if (_process.TotalProcessorTime - used > TimeLimit || Stopwatch.GetElapsedTime(started) > WaitLimit)
            {
                return Kill(which, "hang", "");
            }
        }

        string[] fields = (await answer)?.Split('\t', 5) ?? [];
        if (fields.Length < 5)
        {
            await _process.WaitForExitAsync();
            return new FuzzResult(which, "", "crash", string.Create(CultureInfo.InvariantCulture, $"exit code {_process.ExitCode}"), 0, 0);
        }

        int milliseconds = int.Parse(fields[1], CultureInfo.InvariantCulture), mebibytes = int.Parse(fields[2], CultureInfo.InvariantCulture);
        return mebibytes > MemoryLimit >> 20
            ? new FuzzResult(which, fields[0], "memory", $"{mebibytes} MiB", milliseconds, mebibytes)
            : new FuzzResult(which, fields[0], fields[3], fields[4], milliseconds, mebibytes);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    FuzzResult Kill(string which, string outcome, string detail)
    {
        _process.Kill();
        _process.WaitForExit();
        return new FuzzResult(which, "", outcome, detail, 0, 0);
    }
}

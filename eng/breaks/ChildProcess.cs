using System.Diagnostics;

namespace AgentChain.Breaks;

/// <summary>Runs commands, passes on their output line by line, and kills a command that stops printing.</summary>
static class ChildProcess
{
    /// <summary>Runs a command.</summary>
    /// <param name="file">The command.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">The working folder.</param>
    /// <param name="silence">The time without output after which the command is killed, with the processes that it started.</param>
    /// <param name="onLine">A callback for each line of output; returns false to kill the command early.</param>
    /// <returns>The exit code; null if the command was silent for too long.</returns>
    public static async Task<int?> RunAsync(
        string file, IEnumerable<string> arguments, string folder, TimeSpan silence, Func<string, bool> onLine)
    {
        var start = new ProcessStartInfo(file, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";

        using var process = Process.Start(start)!;
        using var timeUp = new CancellationTokenSource(silence);
        try
        {
            Task errors = ReadAsync(process.StandardError, _ => true, timeUp.Token);
            await ReadAsync(process.StandardOutput, onLine, timeUp.Token);
            await errors;
            await process.WaitForExitAsync(timeUp.Token);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        async Task ReadAsync(StreamReader reader, Func<string, bool> see, CancellationToken token)
        {
            while (await reader.ReadLineAsync(token) is { } line)
            {
                timeUp.CancelAfter(silence);
                if (!see(line))
                {
                    process.Kill(entireProcessTree: true);
                }
            }
        }
    }
}

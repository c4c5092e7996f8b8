using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;

namespace AgentChain.Breaks;

/// <summary>A process that loads the built tests and runs them with one break after the other. Not thread-safe.</summary>
sealed class TestProcess(string assembly) : IDisposable
{
    /// <summary>The tests of the source's text, which the breaks change.</summary>
    public const string AboutSource = ".Architecture.";

    /// <summary>The time that parallel tests may continue after one has failed.</summary>
    static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(20);

    Process? _process;
    string? _firstError;
    Channel<string> _lines = Channel.CreateUnbounded<string>();

    /// <summary>Runs tests with a break, up to the first that fails; without a break, all of them.</summary>
    /// <param name="number">The break; 0 for none.</param>
    /// <param name="included">A part of the names of the tests to run.</param>
    /// <param name="excluded">Parts of the names of excluded tests.</param>
    /// <param name="patience">The time without a completed test after which the tests count as hung.</param>
    /// <returns>
    /// The outcome, the failed tests (or the output of a crashed process, or the tests that were running when it hung), and the duration.
    /// </returns>
    public async Task<(BreakOutcome Outcome, IReadOnlyList<string> Failed, TimeSpan Took)> RunAsync(
        int number, string included, IEnumerable<string> excluded, TimeSpan patience)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"{number}\t{included}\t{string.Join(';', excluded.Prepend(AboutSource))}");
        await StartAsync(patience);
        if (!await TryWriteAsync(line))
        {
            // Leftovers of an earlier break have ended the process since.
            Stop();
            await StartAsync(patience);
            await TryWriteAsync(line);
        }

        return await ListenAsync(number, patience);
    }

    async Task<bool> TryWriteAsync(string line)
    {
        try
        {
            await _process!.StandardInput.WriteLineAsync(line);
            await _process.StandardInput.FlushAsync();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    async Task<(BreakOutcome Outcome, IReadOnlyList<string> Failed, TimeSpan Took)> ListenAsync(int number, TimeSpan patience)
    {
        long start = Stopwatch.GetTimestamp();
        List<string> failed = [];
        List<string> running = [];
        while (true)
        {
            (string? line, bool ended) = await ReadAsync(failed.Count > 0 && number != 0 ? Aftermath : patience);
            if (line == "@@done")
            {
                break;
            }

            if (line?.StartsWith("@@fail\t", StringComparison.Ordinal) == true)
            {
                failed.Add(line.Split('\t')[1]);
            }
            else if (line?.StartsWith("@@begin\t", StringComparison.Ordinal) == true)
            {
                running.Add(line.Split('\t')[1]);
            }
            else if (line?.StartsWith("@@end\t", StringComparison.Ordinal) == true)
            {
                running.Remove(line.Split('\t')[1]);
            }
            else if (line is null)
            {
                Stop();
                if (ended && failed.Count == 0)
                {
                    return (BreakOutcome.Crashed, [_firstError ?? "said nothing"], Stopwatch.GetElapsedTime(start));
                }

                return failed.Count > 0
                    ? (BreakOutcome.Killed, failed, Stopwatch.GetElapsedTime(start))
                    : (BreakOutcome.Hung, [$"still running: {string.Join(", ", running)}"], Stopwatch.GetElapsedTime(start));
            }
        }

        return (failed.Count > 0 ? BreakOutcome.Killed : BreakOutcome.Survived, failed, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>Ends the process; the next run begins in a fresh one.</summary>
    public void Stop()
    {
        if (_process is { } process)
        {
            process.Kill(entireProcessTree: true);
            process.Dispose();
            _process = null;
        }
    }

    public void Dispose() => Stop();

    async Task StartAsync(TimeSpan patience)
    {
        if (_process is { HasExited: false })
        {
            return;
        }

        Stop();
        _lines = Channel.CreateUnbounded<string>();
        ChannelWriter<string> lines = _lines.Writer;
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [assembly])
            {
                WorkingDirectory = Path.GetDirectoryName(assembly)!,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        _process.OutputDataReceived += (_, e) =>
        {
            if (e.Data is { } line)
            {
                lines.TryWrite(line);
            }
            else
            {
                lines.TryComplete();
            }
        };
        _firstError = null;
        _process.ErrorDataReceived += (_, e) => _firstError ??= string.IsNullOrWhiteSpace(e.Data) ? null : e.Data.Trim();
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        while (await ReadAsync(patience) is var (line, _) && line != "@@ready")
        {
            if (line is null)
            {
                throw new InvalidOperationException("The tests did not start.");
            }
        }
    }

    /// <summary>Returns the next line; null if the process was silent for too long or has ended its output.</summary>
    async Task<(string? Line, bool Ended)> ReadAsync(TimeSpan patience)
    {
        using var silent = new CancellationTokenSource(patience);
        try
        {
            return (await _lines.Reader.ReadAsync(silent.Token), false);
        }
        catch (OperationCanceledException)
        {
            return (null, false);
        }
        catch (ChannelClosedException)
        {
            return (null, true);
        }
    }
}

using System.Text;
using AgentChain;
using AgentChain.Onnx.Runtime;
using VoiceAgent.CommandLine;
using VoiceAgent.Showing;

namespace VoiceAgent;

/// <summary>The program. <see cref="VoiceChain"/> is its core.</summary>
static class Program
{
    static async Task<int> Main(string[] arguments)
    {
        Console.OutputEncoding = Encoding.UTF8;
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, key) =>
        {
            key.Cancel = true;
            stop.Cancel();
        };
        return await RunAsync(arguments, Console.Out, Console.Error, stop.Token);
    }

    /// <summary>Runs the program with the arguments of the command line.</summary>
    /// <returns>The exit code; see <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var shown = new ShownOutput(output);
        (int exitCode, string? problem) = await TryAsync(arguments, shown, cancellationToken);
        if (problem is not null)
        {
            await SayAsync(error, problem);
        }

        return exitCode;
    }

    static async Task<(int ExitCode, string? Problem)> TryAsync(
        IReadOnlyList<string> arguments, TextWriter output, CancellationToken cancellationToken)
    {
        try
        {
            VoiceAgentOptions options = OptionParser.Parse(arguments);
            if (options.Help)
            {
                await output.WriteLineAsync(HelpText.Text);
                return (ExitCode.Success, null);
            }

            return (await new CustomerLine(options, output).RunAsync(cancellationToken), null);
        }
        catch (VoiceAgentException problem)
        {
            return (problem.ExitCode, problem.Message);
        }
        catch (OnnxModelException problem)
        {
            return (ExitCode.Models, problem.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return (ExitCode.Interrupted, "Interrupted.");
        }
        catch (TurnException problem)
        {
            return (ExitCode.TurnNotCompleted, problem.InnerException is { } inner ? $"{problem.Message} ({inner.Message})" : problem.Message);
        }
        catch (Exception problem)
        {
            // A line for the caller; the type and the place for whoever mends it.
            return (ExitCode.Unexpected, $"Unexpected {problem.GetType().Name}: {problem.Message} {Place(problem)}".TrimEnd());
        }
    }

    /// <summary>Writes a problem in one line, whatever line breaks an argument or a file brought into it.</summary>
    static async Task SayAsync(TextWriter error, string problem)
    {
        try
        {
            await error.WriteLineAsync(problem.ReplaceLineEndings(" "));
        }
        catch (Exception unwritten) when (unwritten is IOException or UnauthorizedAccessException)
        {
            // Nobody can be told; the exit code remains.
        }
    }

    static string? Place(Exception problem) => problem.StackTrace?.Split('\n')[0].Trim();
}

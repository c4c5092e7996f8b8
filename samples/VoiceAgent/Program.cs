using System.Text;
using AgentChain;
using AgentChain.Onnx.Runtime;
using VoiceAgent.CommandLine;

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
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        try
        {
            VoiceAgentOptions options = OptionParser.Parse(arguments);
            if (options.Help)
            {
                await output.WriteLineAsync(HelpText.Text);
                return ExitCode.Success;
            }

            return await new CustomerLine(options, output).RunAsync(cancellationToken);
        }
        catch (VoiceAgentException problem)
        {
            await error.WriteLineAsync(problem.Message);
            return problem.ExitCode;
        }
        catch (OnnxModelException problem)
        {
            await error.WriteLineAsync(problem.Message);
            return ExitCode.Models;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await error.WriteLineAsync("Interrupted.");
            return ExitCode.Interrupted;
        }
        catch (TurnException problem)
        {
            await error.WriteLineAsync(problem.InnerException is { } inner ? $"{problem.Message} ({inner.Message})" : problem.Message);
            return ExitCode.TurnNotCompleted;
        }
        catch (Exception problem)
        {
            // A line for the caller; the type and the place for whoever mends it.
            await error.WriteLineAsync($"Unexpected {problem.GetType().Name}: {problem.Message.ReplaceLineEndings(" ")} {Place(problem)}".TrimEnd());
            return ExitCode.Unexpected;
        }
    }

    static string? Place(Exception problem) => problem.StackTrace?.Split('\n')[0].Trim();
}

using System.Text;
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
    }
}

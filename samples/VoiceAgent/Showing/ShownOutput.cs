using System.Text;
using VoiceAgent.CommandLine;

namespace VoiceAgent.Showing;

/// <summary>
/// The program's output, which can be a file on a full disk or a closed descriptor; that is a problem of the caller's, in one line.
/// </summary>
sealed class ShownOutput(TextWriter output) : TextWriter
{
    public override Encoding Encoding => output.Encoding;

    public override void Write(char value) => Try(() => output.Write(value));

    public override void Write(string? value) => Try(() => output.Write(value));

    public override void WriteLine() => Try(output.WriteLine);

    public override void WriteLine(string? value) => Try(() => output.WriteLine(value));

    public override Task WriteLineAsync(string? value)
    {
        WriteLine(value);
        return Task.CompletedTask;
    }

    static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new VoiceAgentException(ExitCode.Output, $"The output cannot be written: {error.Message}");
        }
    }
}

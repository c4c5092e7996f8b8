using System.Text.RegularExpressions;
using AgentChain.Onnx.Speech.Audio;

namespace VoiceAgent;

/// <summary>Says why a file cannot be read or written, for a line that names the file itself.</summary>
static partial class FileReason
{
    /// <summary>Returns a sentence that does not name the file.</summary>
    public static string Of(Exception error)
    {
        string reason = error switch
        {
            FileNotFoundException or DirectoryNotFoundException => "It does not exist.",
            UnauthorizedAccessException => "Access is denied.",
            WavFormatException { Path: { } path } => error.Message.Replace($"'{path}': ", "", StringComparison.Ordinal),
            _ => QuotedPath().Replace(error.Message, ""),
        };
        return reason.EndsWith('.') ? reason : reason + ".";
    }

    // The system quotes the whole path, in which a quotation mark can occur: "No space left on device : '/talk/a.wav'".
    [GeneratedRegex(@"\s*:?\s*'([/\\]|[A-Za-z]:).*'")]
    private static partial Regex QuotedPath();
}

using System.Text.Json;
using VoiceAgent.CommandLine;

namespace VoiceAgent;

/// <summary>Reads data files, and reports a problem in one line.</summary>
static class JsonFile
{
    public static JsonDocument Read(string path)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new VoiceAgentException(ExitCode.Models, $"The data file '{path}' cannot be read: {FileReason.Of(error)}");
        }
    }
}

using System.Text.Json;
using VoiceAgent.CommandLine;

namespace VoiceAgent;

/// <summary>Reads a data file, or says in one line why that is impossible.</summary>
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
            throw new VoiceAgentException(ExitCode.Models, $"The data file '{path}' cannot be read: {error.Message}");
        }
    }
}

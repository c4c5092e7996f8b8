using AgentChain.Onnx.Speech.Audio;
using VoiceAgent.CommandLine;

namespace VoiceAgent.Calls;

/// <summary>Reads recordings, and reports a problem in one line.</summary>
static class WaveInput
{
    public static PcmAudio Read(string path)
    {
        try
        {
            if (string.IsNullOrWhiteSpace(path))
            {
                throw Wrong(path, "The name of the file is empty.");
            }

            if (Directory.Exists(path))
            {
                throw Wrong(path, "It is a folder, not a WAV file.");
            }

            PcmAudio audio = WavReader.ReadFile(path);
            return AudioLevel.IsSilent(audio) ? throw Wrong(path, "The recording is silent. Check the microphone and record it again.") : audio;
        }
        catch (Exception error) when (
            error is WavFormatException or IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Wrong(path, FileReason.Of(error));
        }
    }

    static VoiceAgentException Wrong(string path, string message) => new(ExitCode.Input, $"Cannot read '{path}': {message}");
}

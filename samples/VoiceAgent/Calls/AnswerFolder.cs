using AgentChain.Onnx.Speech.Audio;
using VoiceAgent.CommandLine;

namespace VoiceAgent.Calls;

/// <summary>Where spoken answers are written; found to be writable before anything is answered.</summary>
sealed class AnswerFolder
{
    readonly string _folder;

    AnswerFolder(string folder) => _folder = folder;

    public static AnswerFolder Open(string folder)
    {
        string probe = Path.Combine(folder, Path.GetRandomFileName());
        return Try(folder, () =>
        {
            Directory.CreateDirectory(folder);
            File.Create(probe, 1, FileOptions.DeleteOnClose).Dispose();
            return new AnswerFolder(folder);
        });
    }

    /// <summary>Writes an answer.</summary>
    /// <returns>The file.</returns>
    public string Write(string name, PcmAudio audio)
    {
        string path = Path.Combine(_folder, name + ".wav");
        return Try(path, () =>
        {
            WavWriter.WriteFile(path, audio);
            return path;
        });
    }

    static T Try<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new VoiceAgentException(ExitCode.Output, $"Cannot write to '{path}': {error.Message}");
        }
    }
}

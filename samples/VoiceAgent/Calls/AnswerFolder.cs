using AgentChain.Onnx.Speech.Audio;
using VoiceAgent.CommandLine;

namespace VoiceAgent.Calls;

/// <summary>The folder for spoken answers. It is checked to be writable before the first answer.</summary>
sealed class AnswerFolder
{
    readonly string _folder;
    readonly HashSet<string> _recordings;

    AnswerFolder(string folder, IEnumerable<string> recordings) =>
        (_folder, _recordings) = (folder, [.. recordings.Select(Path.GetFullPath)]);

    /// <summary>Opens the folder and creates it if it does not exist.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="recordings">Files that an answer must not overwrite.</param>
    public static AnswerFolder Open(string folder, IEnumerable<string> recordings)
    {
        string probe = Path.Combine(folder, Path.GetRandomFileName());
        return Try(folder, () =>
        {
            Directory.CreateDirectory(folder);
            File.Create(probe, 1, FileOptions.DeleteOnClose).Dispose();
            return new AnswerFolder(folder, recordings);
        });
    }

    /// <summary>Writes an answer to a WAV file.</summary>
    /// <returns>The path of the file.</returns>
    public string Write(string name, PcmAudio audio)
    {
        string path = Path.Combine(_folder, name + ".wav");
        path = _recordings.Contains(Path.GetFullPath(path)) ? Path.Combine(_folder, name + "-answer.wav") : path;
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
            throw new VoiceAgentException(ExitCode.Output, $"Cannot write to '{path}': {FileReason.Of(error)}");
        }
    }
}

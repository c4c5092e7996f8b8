namespace AgentChain.Onnx.Tests.Speech;

/// <summary>A copy of a fixture folder that a test may spoil, or an empty folder.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder(string? source = null)
    {
        Path = Directory.CreateTempSubdirectory("agentchain-").FullName;
        foreach (string file in source is null ? [] : Directory.EnumerateFiles(source))
        {
            File.Copy(file, System.IO.Path.Combine(Path, System.IO.Path.GetFileName(file)));
        }
    }

    public string Path { get; }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

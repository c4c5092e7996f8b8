using System.Security.Cryptography;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Tells whether two folders have the same model, without reading gigabytes: from the sizes of the model's files and from samples of them.
/// </summary>
static class ModelFingerprint
{
    const int Samples = 64;
    const int SampleBytes = 4096;

    public static ReadOnlyMemory<byte> Of(string modelPath)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] sample = new byte[SampleBytes];
        foreach (string path in Files(modelPath))
        {
            using FileStream file = File.OpenRead(path);
            hash.AppendData(BitConverter.GetBytes(file.Length));
            for (int i = 0; i < Samples; i++)
            {
                file.Position = Math.Max(0, file.Length - SampleBytes) / (Samples - 1) * i;
                hash.AppendData(sample, 0, file.ReadAtLeast(sample, SampleBytes, throwOnEndOfStream: false));
            }
        }

        return hash.GetHashAndReset();
    }

    /// <summary>Returns the model's file and those with its weights, whose names contain its own or end in data.</summary>
    static IEnumerable<string> Files(string modelPath)
    {
        string name = Path.GetFileNameWithoutExtension(modelPath);
        return Directory.EnumerateFiles(Path.GetDirectoryName(Path.GetFullPath(modelPath))!)
            .Where(path => Path.GetFileName(path).StartsWith(name + ".onnx", StringComparison.Ordinal) || path.EndsWith("data", StringComparison.Ordinal))
            .OrderBy(Path.GetFileName, StringComparer.Ordinal);
    }
}

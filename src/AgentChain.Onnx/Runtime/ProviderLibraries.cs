using System.Runtime.InteropServices;

namespace AgentChain.Onnx.Runtime;

/// <summary>Finds the libraries of execution providers, registers each once with ONNX Runtime, and says why one brings no device.</summary>
static class ProviderLibraries
{
    const string CudaStem = "onnxruntime_providers_cuda";

    static string CudaFileName => OperatingSystem.IsWindows() ? $"{CudaStem}.dll" : $"lib{CudaStem}.so";

    /// <summary>Registers the libraries and returns all devices, with one line for each library that brings none.</summary>
    /// <exception cref="OnnxModelException">A library of <paramref name="paths"/> does not exist or cannot be loaded.</exception>
    public static (IReadOnlyList<ProviderDevice> Devices, IReadOnlyList<string> Problems) Search(
        IProviderRuntime runtime, IReadOnlyList<string>? paths)
    {
        var classic = new List<ProviderDevice>();
        var problems = new List<string>();
        foreach (string path in paths ?? FindCuda())
        {
            if (!File.Exists(path))
            {
                throw new OnnxModelException($"The execution provider library '{path}' does not exist. Correct {nameof(OnnxRuntimeOptions.ProviderLibraries)} or leave it unset.");
            }

            string? error = runtime.Register(RegistrationName(path), path);
            if (error is null && runtime.GetDevices().Any(d => IsFrom(d, path)))
            {
                continue;
            }

            string? classicError = IsCuda(path) ? AddClassicCuda(runtime, classic) : "";
            if (classicError is null)
            {
                continue;
            }

            if (error is not null && paths is not null)
            {
                throw new OnnxModelException($"The execution provider library '{path}' cannot be loaded: {error}");
            }

            problems.Add(Explain(path, error, classicError));
        }

        return ([.. runtime.GetDevices(), .. classic], problems);
    }

    /// <summary>
    /// Adds the CUDA devices that open by their index, and returns why there is none; <see langword="null"/> if there is one.
    /// </summary>
    static string? AddClassicCuda(IProviderRuntime runtime, List<ProviderDevice> devices)
    {
        if (devices.Count > 0)
        {
            return null;
        }

        string? error;
        while ((error = runtime.OpenClassicCuda(devices.Count)) is null)
        {
            devices.Add(ProviderDevice.ClassicCuda(devices.Count));
        }

        return devices.Count > 0 ? null : error;
    }

    static string Explain(string path, string? error, string classicError)
    {
        string file = Path.GetFileName(path);
        string reason = error is null ? "is registered but finds no device" : $"cannot be loaded: {Line(error)}";
        if (!IsCuda(path))
        {
            return $"{file} {reason}.";
        }

        bool isSameReason = error is not null && Line(classicError).Contains(Line(error), StringComparison.Ordinal);
        string tried = isSameReason ? "" : $" Opening CUDA device 0 by its index fails too: {Line(classicError)}.";
        string look = error is null
            ? "nvidia-smi must list the device for this user and in this container, and CUDA_VISIBLE_DEVICES must not hide it. "
                + "WSL needs its driver's folder, /usr/lib/wsl/lib, in LD_LIBRARY_PATH; "
                + "a virtual GPU needs a license and a profile with compute; a Jetson needs the ONNX Runtime that is built for its JetPack."
            : "CUDA 13, cuDNN 9 and the driver (nvidia-smi) must be installed, with their libraries on the loader's path "
                + "(LD_LIBRARY_PATH or PATH).";
        return $"{file} {reason}.{tried} Look at this: {look}";
    }

    /// <summary>An error of ONNX Runtime as one line, without its code: the two ways give one reason different codes.</summary>
    static string Line(string error)
    {
        string line = error.ReplaceLineEndings(" ").Trim().TrimEnd('.');
        int code = line.StartsWith("[ErrorCode:", StringComparison.Ordinal) ? line.IndexOf(']', StringComparison.Ordinal) + 1 : 0;
        return line[code..].TrimStart();
    }

    /// <summary>Older releases do not name the library, so CUDA's devices are also recognized by their provider.</summary>
    static bool IsFrom(ProviderDevice device, string path) => device.LibraryPath is { } library
        ? Path.GetFileName(library).Equals(Path.GetFileName(path), StringComparison.OrdinalIgnoreCase)
        : IsCuda(path) && device.Name.StartsWith("CUDA", StringComparison.OrdinalIgnoreCase);

    static bool IsCuda(string path) => Path.GetFileName(path).Contains(CudaStem, StringComparison.OrdinalIgnoreCase);

    static string RegistrationName(string path) => "AgentChain." + Path.GetFileNameWithoutExtension(path);

    static IEnumerable<string> FindCuda()
    {
        // The portable runtime identifier; the one of RuntimeInformation may name a distribution.
        string platform =
            (OperatingSystem.IsWindows() ? "win-" : "linux-") + (RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "x64");
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

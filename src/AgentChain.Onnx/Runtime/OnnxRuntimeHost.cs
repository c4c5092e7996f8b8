using System.Collections.Immutable;
using AgentChain.Devices;
using Microsoft.ML.OnnxRuntime;

namespace AgentChain.Onnx.Runtime;

/// <summary>
/// Provides ONNX Runtime in this process: its compute devices and the loading of models onto them. Create one host and share it.
/// Thread-safe. It needs no disposal, because the native environment lives as long as the process.
/// </summary>
public sealed class OnnxRuntimeHost
{
    const string FolderOfExternalData = "session.model_external_initializers_file_folder_path";

    readonly OrtEnv _environment;
    readonly IProviderRuntime _runtime;
    readonly ImmutableArray<OnnxDevice> _devices;
    ImmutableList<string> _onCpu = [];

    /// <summary>Creates a host and discovers its devices.</summary>
    /// <param name="options">
    /// The discovery options; the defaults find the CPU and, if its provider is next to the application, CUDA.
    /// </param>
    /// <exception cref="OnnxModelException">An explicitly named provider library does not exist or cannot be loaded.</exception>
    /// <exception cref="OnnxRuntimeNotFoundException">
    /// The application has no native library of ONNX Runtime; the message names the packages that bring it.
    /// </exception>
    public OnnxRuntimeHost(OnnxRuntimeOptions? options = null)
        : this(options ?? new OnnxRuntimeOptions(), OrtEnv.Instance, environment => new OrtProviderRuntime(environment), new NvidiaSmi())
    {
    }

    /// <summary>Creates a host whose devices are found by another search than ONNX Runtime's own.</summary>
    internal OnnxRuntimeHost(
        OnnxRuntimeOptions options, Func<OrtEnv> open, Func<OrtEnv, IProviderRuntime> providers, IDeviceDriver driver)
    {
        RequireLanes(options.CpuLanes ?? 1, nameof(options.CpuLanes));
        RequireLanes(options.AcceleratorLanes, nameof(options.AcceleratorLanes));
        _environment = OpenEnvironment(open);
        _runtime = providers(_environment);
        lock (_environment)
        {
            (IReadOnlyList<ProviderDevice> found, Problems) = ProviderLibraries.Search(_runtime, options.ProviderLibraries);
            _devices = Arrange(found, options, driver);
        }

        Devices = [.. _devices.Select(d => d.Device)];
        Ledger = new DeviceLedger(Devices);
    }

    /// <summary>Gets the available devices, the CPU first. Pass them to the chain's device scheduler.</summary>
    public IReadOnlyList<ComputeDevice> Devices { get; }

    /// <summary>
    /// Gets the account of the devices' memory, in which each loaded model holds the size of its files until it is disposed. Give it to the
    /// chain's device scheduler, so that both know of each other: <c>new DeviceScheduler(host.Devices) { Ledger = host.Ledger }</c>.
    /// </summary>
    public DeviceLedger Ledger { get; }

    /// <summary>
    /// Gets one line for each provider library that was found but brings no device, because it cannot be loaded or because it finds no
    /// hardware. The line says what to look at.
    /// </summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>
    /// Gets one line for each model that was loaded onto another device than the CPU, but of which nodes run on the CPU: how many, of which
    /// operators, and what to do. Grows as models are loaded; a model that is loaded again adds no second line.
    /// </summary>
    public IReadOnlyList<string> NodesOnCpu => Volatile.Read(ref _onCpu);

    /// <summary>Gets the version of ONNX Runtime, for example <c>1.31.1</c>.</summary>
    public string Version => _environment.GetVersionString();

    /// <summary>
    /// Returns the first device that satisfies a request. There is no fallback to another device, except to one that the request names.
    /// </summary>
    /// <param name="request">The device by name, kind or need; a request for any device selects the CPU.</param>
    /// <exception cref="DeviceNotPresentException">No device satisfies the request; the message lists those present.</exception>
    public OnnxDevice Find(DeviceRequest request)
    {
        return request.Among(Devices) is [{ } first, ..]
            ? _devices.First(device => ReferenceEquals(device.Device, first))
            : throw new DeviceNotPresentException(request, Devices);
    }

    /// <summary>Loads a model onto a device.</summary>
    /// <param name="path">The path of the model file; external data next to it is found by name.</param>
    /// <param name="device">The requested device; a request for any device selects the CPU.</param>
    /// <param name="options">The threading and configuration options; <see langword="null"/> for the defaults.</param>
    /// <returns>The session. The caller disposes it.</returns>
    /// <exception cref="DeviceNotPresentException">The device is not present; the message lists those that are.</exception>
    /// <exception cref="DeviceMemoryException">The device has less memory left than the model's files have bytes.</exception>
    /// <exception cref="OnnxModelException">The file is missing or ONNX Runtime cannot load it.</exception>
    public OnnxSession Load(string path, DeviceRequest device = default, OnnxSessionOptions? options = null) =>
        Load(path, device, options, static _ => null);

    /// <summary>Loads a model onto a device, changed.</summary>
    /// <param name="path">The path of the model file; external data next to it is found by name.</param>
    /// <param name="device">The requested device; a request for any device selects the CPU.</param>
    /// <param name="options">The threading and configuration options; <see langword="null"/> for the defaults.</param>
    /// <param name="change">
    /// Returns the changed contents of the file, or <see langword="null"/> to load it as it is. If ONNX Runtime refuses what was changed,
    /// the file is loaded as it is too.
    /// </param>
    internal OnnxSession Load(string path, DeviceRequest device, OnnxSessionOptions? options, Func<string, byte[]?> change)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            string problem = Directory.Exists(path)
                ? $"is a directory, but a file is required. It {FolderContent.Describe(path)}."
                : $"does not exist. {FolderContent.Around(path)}";
            throw new OnnxModelException($"The model file '{path}' {problem}") { File = path };
        }

        return Create(
            Path.GetFileName(path), path, SizeOf(path), device, options, session => OpenChanged(path, session, change) ?? new InferenceSession(path, session));
    }

    static InferenceSession? OpenChanged(string path, SessionOptions session, Func<string, byte[]?> change)
    {
        if (change(path) is not { } changed)
        {
            return null;
        }

        try
        {
            session.AddSessionConfigEntry(FolderOfExternalData, Path.GetDirectoryName(Path.GetFullPath(path))!);
            return new InferenceSession(changed, session);
        }
        catch (OnnxRuntimeException)
        {
            return null;
        }
    }

    /// <summary>Loads a model from memory onto a device.</summary>
    /// <param name="model">The contents of a model file without external data.</param>
    /// <param name="name">The name of the model in messages.</param>
    /// <param name="device">The requested device; a request for any device selects the CPU.</param>
    /// <param name="options">The threading and configuration options; <see langword="null"/> for the defaults.</param>
    /// <returns>The session. The caller disposes it.</returns>
    /// <exception cref="DeviceNotPresentException">The device is not present; the message lists those that are.</exception>
    /// <exception cref="DeviceMemoryException">The device has less memory left than the model has bytes.</exception>
    /// <exception cref="OnnxModelException">ONNX Runtime cannot load the model.</exception>
    public OnnxSession Load(byte[] model, string name, DeviceRequest device = default, OnnxSessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Create(name, null, model.Length, device, options, session => new InferenceSession(model, session));
    }

    /// <summary>Copies tensors into others of the same shapes, on any devices.</summary>
    /// <exception cref="OnnxModelException">ONNX Runtime cannot copy between the two devices, or a device failed.</exception>
    internal void Copy(IReadOnlyList<OrtValue> from, IReadOnlyList<OrtValue> to)
    {
        try
        {
            _runtime.Copy(from, to);
        }
        catch (OnnxRuntimeException error)
        {
            throw new OnnxModelException($"ONNX Runtime cannot copy keys and values between devices: {error.Message} Use the plug-in library of the device's provider, or set PrefixCacheBytes to 0.", error);
        }
    }

    OnnxSession Create(
        string name, string? path, long bytes, DeviceRequest request, OnnxSessionOptions? options, Func<SessionOptions, InferenceSession> open)
    {
        OnnxDevice device = Find(request);
        options ??= OnnxSessionOptions.Default;
        MemoryLease memory = Ledger.Reserve(device.Device.Name, bytes, MemoryPurpose.Weights, OwnerOf(path is null ? name : NameWithFolder(path)));
        InferenceSession? native = null;
        try
        {
            using SessionOptions session = options.ToSessionOptions();
            bool recordsNodes = NodePlacements.Record(session, options.Configuration, device.IsCpu);
            device.Provider.AppendTo(session, _environment, options.ProviderOptions);
            native = open(session);
            var loaded = new OnnxSession(this, name, device, native, memory, recordsNodes);
            Report(loaded);
            return loaded;
        }
        catch (Exception error)
        {
            native?.Dispose();
            memory.Dispose();
            if (error is OnnxModelException { File: null } unreadable)
            {
                throw new OnnxModelException(unreadable.Message, unreadable.InnerException) { File = path };
            }

            if (error is not OnnxRuntimeException)
            {
                throw;
            }

            throw new OnnxModelException($"'{name}' cannot be loaded onto {device}: {error.Message}", error) { File = path };
        }
    }

    void Report(OnnxSession loaded)
    {
        if (!loaded.Device.IsCpu && NodePlacements.Describe(loaded.Name, loaded.Device.Device.Name, loaded.Nodes) is { } line)
        {
            ImmutableInterlocked.Update(ref _onCpu, static (lines, line) => lines.Contains(line) ? lines : lines.Add(line), line);
        }
    }

    /// <summary>Returns the bytes of a model: of its file, and of the data next to it that is named after it.</summary>
    static long SizeOf(string path)
    {
        long size = new FileInfo(path).Length;
        foreach (string data in (string[])[path + ".data", path + "_data"])
        {
            var file = new FileInfo(data);
            size += file.Exists ? file.Length : 0;
        }

        return size;
    }

    /// <summary>Many models are in a file of the same name, so the folder tells whose memory it is.</summary>
    static string NameWithFolder(string path)
    {
        string file = Path.GetFileName(path);
        return Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path))) is { Length: > 0 } folder ? $"{folder}/{file}" : file;
    }

    /// <summary>A model from memory can have any name, but one in the ledger must be visible.</summary>
    internal static string OwnerOf(string name) => string.Concat((name ?? "").Where(static c => !char.IsControl(c))).Trim() is { Length: > 0 } visible
        ? visible
        : "model";

    static ImmutableArray<OnnxDevice> Arrange(IReadOnlyList<ProviderDevice> providers, OnnxRuntimeOptions options, IDeviceDriver driver)
    {
        var found = ImmutableArray.CreateBuilder<OnnxDevice>();
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        IReadOnlyList<(ProviderDevice Device, DriverDevice? Driver)> cuda =
            DriverMatch.Order([.. providers.OrderBy(d => d.Type).Where(d => Classify(d).Kind == DeviceKind.Cuda)], driver);
        int next = 0;
        foreach (ProviderDevice listed in providers.OrderBy(d => d.Type))
        {
            // The devices of CUDA take their places in the order of their addresses.
            (ProviderDevice provider, DriverDevice? known) = Classify(listed).Kind == DeviceKind.Cuda ? cuda[next++] : (listed, null);
            (string prefix, DeviceKind kind) = Classify(provider);
            if (kind == DeviceKind.Cpu)
            {
                if (found.Count == 0 && provider.Name == ProviderDevice.CpuName)
                {
                    found.Add(new(ComputeDevice.Cpu(options.CpuLanes), provider));
                }

                continue;
            }

            int index = counts.GetValueOrDefault(prefix);
            counts[prefix] = index + 1;
            string description = $"{provider.Description} ({provider.Name})";
            var device = new ComputeDevice($"{prefix}:{index}", kind)
            {
                Description = description,
                Lanes = options.AcceleratorLanes,
                Uuid = known?.Uuid,
                PciId = provider.PciId ?? known?.PciId,
                MemoryBytes = known?.MemoryBytes,
                Sheet = DeviceSheet.FromName(known?.Name ?? provider.Description),
            };
            found.Add(new(device, provider) { FreeBytes = known?.FreeBytes });
        }

        return found.ToImmutable();
    }

    static (string Prefix, DeviceKind Kind) Classify(ProviderDevice provider) => provider.Type switch
    {
        OrtHardwareDeviceType.CPU => ("cpu", DeviceKind.Cpu),
        _ when provider.Name.StartsWith("CUDA", StringComparison.OrdinalIgnoreCase) => ("cuda", DeviceKind.Cuda),
        _ => (provider.Name.Replace("ExecutionProvider", "", StringComparison.OrdinalIgnoreCase).ToLowerInvariant(), DeviceKind.Other),
    };

    static void RequireLanes(int lanes, string option)
    {
        if (lanes < 1)
        {
            throw new ArgumentOutOfRangeException(option, lanes, FormattableString.Invariant($"OnnxRuntimeOptions.{option} is {lanes}; it must be at least 1."));
        }
    }

    static OrtEnv OpenEnvironment(Func<OrtEnv> open)
    {
        try
        {
            return open();
        }
        catch (Exception error) when (error is TypeLoadException or BadImageFormatException or TypeInitializationException)
        {
            throw new OnnxRuntimeNotFoundException(
                "The native library of ONNX Runtime 1.31 or later cannot be loaded. Reference Microsoft.ML.OnnxRuntime (CPU) or "
                + "AgentChain.Onnx.Gpu (CUDA) in the application; AgentChain.Onnx alone brings only the managed part. "
                + (error.InnerException ?? error).Message,
                error);
        }
    }
}

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
    readonly OrtEnv _environment;
    readonly ImmutableArray<OnnxDevice> _devices;

    /// <summary>Creates a host and discovers its devices.</summary>
    /// <param name="options">
    /// The discovery options; the defaults find the CPU and, if its provider is next to the application, CUDA.
    /// </param>
    /// <exception cref="OnnxModelException">An explicitly named provider library does not exist or cannot be loaded.</exception>
    public OnnxRuntimeHost(OnnxRuntimeOptions? options = null)
    {
        options ??= new OnnxRuntimeOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.AcceleratorLanes, 1, nameof(options.AcceleratorLanes));
        _environment = OrtEnv.Instance();
        lock (_environment)
        {
            Problems = ProviderLibraries.Register(_environment, options.ProviderLibraries);
            _devices = Discover(options);
        }

        Devices = [.. _devices.Select(d => d.Device)];
    }

    /// <summary>Gets the available devices, the CPU first. Pass them to the chain's device scheduler.</summary>
    public IReadOnlyList<ComputeDevice> Devices { get; }

    /// <summary>Gets one line for each provider library that was found but could not be loaded, to explain a missing device.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>Gets the version of ONNX Runtime, for example <c>1.29.0</c>.</summary>
    public string Version => _environment.GetVersionString();

    /// <summary>Returns the first device that satisfies a request. There is no fallback to another device.</summary>
    /// <param name="request">The device by name or kind; a request for any device selects the CPU.</param>
    /// <exception cref="DeviceNotPresentException">No device satisfies the request; the message lists those present.</exception>
    public OnnxDevice Find(DeviceRequest request)
    {
        foreach (OnnxDevice device in _devices)
        {
            if (request.Accepts(device.Device))
            {
                return device;
            }
        }

        throw new DeviceNotPresentException(request, Devices);
    }

    /// <summary>Loads a model onto a device.</summary>
    /// <param name="path">The path of the model file; external data next to it is found by name.</param>
    /// <param name="device">The requested device; a request for any device selects the CPU.</param>
    /// <param name="options">The threading and configuration options; <see langword="null"/> for the defaults.</param>
    /// <returns>The session. The caller disposes it.</returns>
    /// <exception cref="DeviceNotPresentException">The device is not present; the message lists those that are.</exception>
    /// <exception cref="OnnxModelException">The file is missing or ONNX Runtime cannot load it.</exception>
    public OnnxSession Load(string path, DeviceRequest device = default, OnnxSessionOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            string problem = Directory.Exists(path) ? "is a directory, but a file is required" : "does not exist";
            throw new OnnxModelException($"The model file '{path}' {problem}.") { File = path };
        }

        return Create(Path.GetFileName(path), path, device, options, session => new InferenceSession(path, session));
    }

    /// <summary>Loads a model from memory onto a device.</summary>
    /// <param name="model">The contents of a model file without external data.</param>
    /// <param name="name">The name of the model in messages.</param>
    /// <param name="device">The requested device; a request for any device selects the CPU.</param>
    /// <param name="options">The threading and configuration options; <see langword="null"/> for the defaults.</param>
    /// <returns>The session. The caller disposes it.</returns>
    /// <exception cref="DeviceNotPresentException">The device is not present; the message lists those that are.</exception>
    /// <exception cref="OnnxModelException">ONNX Runtime cannot load the model.</exception>
    public OnnxSession Load(byte[] model, string name, DeviceRequest device = default, OnnxSessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Create(name, null, device, options, session => new InferenceSession(model, session));
    }

    internal void Copy(IReadOnlyList<OrtValue> from, IReadOnlyList<OrtValue> to) => _environment.CopyTensors(from, to, null);

    OnnxSession Create(string name, string? path, DeviceRequest request, OnnxSessionOptions? options, Func<SessionOptions, InferenceSession> open)
    {
        OnnxDevice device = Find(request);
        options ??= OnnxSessionOptions.Default;
        using SessionOptions session = options.ToSessionOptions();
        try
        {
            session.AppendExecutionProvider(_environment, [device.Provider], options.ProviderOptions);
            return new OnnxSession(this, name, device, open(session));
        }
        catch (OnnxRuntimeException error)
        {
            throw new OnnxModelException($"'{name}' cannot be loaded onto {device}: {error.Message}", error) { File = path };
        }
    }

    ImmutableArray<OnnxDevice> Discover(OnnxRuntimeOptions options)
    {
        var found = ImmutableArray.CreateBuilder<OnnxDevice>();
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (OrtEpDevice provider in _environment.GetEpDevices().OrderBy(d => d.HardwareDevice.Type))
        {
            (string prefix, DeviceKind kind) = Classify(provider);
            if (kind == DeviceKind.Cpu)
            {
                if (found.Count == 0 && provider.EpName == "CPUExecutionProvider")
                {
                    found.Add(new(ComputeDevice.Cpu(options.CpuLanes), provider));
                }

                continue;
            }

            int index = counts.GetValueOrDefault(prefix);
            counts[prefix] = index + 1;
            found.Add(new(new ComputeDevice($"{prefix}:{index}", kind) { Description = Describe(provider), Lanes = options.AcceleratorLanes }, provider));
        }

        return found.ToImmutable();
    }

    static (string Prefix, DeviceKind Kind) Classify(OrtEpDevice provider) => provider.HardwareDevice.Type switch
    {
        OrtHardwareDeviceType.CPU => ("cpu", DeviceKind.Cpu),
        _ when provider.EpName.StartsWith("CUDA", StringComparison.OrdinalIgnoreCase) => ("cuda", DeviceKind.Cuda),
        _ => (provider.EpName.Replace("ExecutionProvider", "", StringComparison.OrdinalIgnoreCase).ToLowerInvariant(), DeviceKind.Other),
    };

    static string Describe(OrtEpDevice provider)
    {
        using OrtKeyValuePairs metadata = provider.HardwareDevice.Metadata;
        string name = metadata.Entries.TryGetValue("Description", out string? description) ? description : provider.HardwareDevice.Vendor;
        return $"{name} ({provider.EpName})";
    }
}

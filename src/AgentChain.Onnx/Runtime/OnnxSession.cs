using System.Collections.Frozen;
using AgentChain.Devices;
using Microsoft.ML.OnnxRuntime;

namespace AgentChain.Onnx.Runtime;

/// <summary>
/// Represents a model loaded onto one device. Runs are synchronous, on the calling thread, which should be a lane of that device. The
/// caller's token terminates a run within one kernel. Inputs and outputs have the names in the model file. Thread-safe: several lanes can
/// run it concurrently, each with its own <see cref="OnnxBinding"/>.
/// </summary>
public sealed class OnnxSession : IDisposable
{
    readonly InferenceSession _session;
    readonly Lock _lock = new();
    readonly MemoryLease _memory;
    int _bindings;
    int _running;
    bool _disposed;

    internal OnnxSession(OnnxRuntimeHost host, string name, OnnxDevice device, InferenceSession session, MemoryLease memory, bool recordsNodes)
    {
        _memory = memory;
        Host = host;
        Name = name;
        Device = device;
        _session = session;
        Inputs = session.InputMetadata.ToFrozenDictionary(p => p.Key, p => TensorDescription.From(p.Key, p.Value));
        Outputs = session.OutputMetadata.ToFrozenDictionary(p => p.Key, p => TensorDescription.From(p.Key, p.Value));
        Metadata = ReadMetadata(name, session);
        Nodes = recordsNodes ? NodePlacements.Of(session) : [];
    }

    static Dictionary<string, string> ReadMetadata(string name, InferenceSession session)
    {
        try
        {
            return session.ModelMetadata.CustomMetadataMap;
        }
        catch (NullReferenceException error)
        {
            // ONNX Runtime's managed part does not expect that the native part has no value for a key that it listed.
            throw new OnnxModelException(
                $"'{name}' has metadata that cannot be read: a key of metadata_props is not valid text. Export the model again, or remove the entry.", error);
        }
    }

    /// <summary>Gets the model's file name, for messages.</summary>
    public string Name { get; }

    /// <summary>Gets the device that the model is loaded onto.</summary>
    public OnnxDevice Device { get; }

    /// <summary>Gets the graph's inputs by name.</summary>
    public IReadOnlyDictionary<string, TensorDescription> Inputs { get; }

    /// <summary>Gets the graph's outputs by name.</summary>
    public IReadOnlyDictionary<string, TensorDescription> Outputs { get; }

    /// <summary>Gets the custom metadata that the exporter wrote into the model file.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>
    /// Gets the nodes of the graph as ONNX Runtime runs it, and the execution provider of each: after its optimizations, so some are fused or
    /// renamed. Recorded for every device other than the CPU, and on the CPU if <see cref="OnnxSessionOptions.Configuration"/> has the entry
    /// <c>session.record_ep_graph_assignment_info</c> = 1; otherwise empty.
    /// </summary>
    public IReadOnlyList<OnnxNode> Nodes { get; }

    /// <summary>Gets the number of live bindings; 0 once every caller has disposed its own.</summary>
    public int LiveBindings => Volatile.Read(ref _bindings);

    /// <summary>Whether tensors in CPU memory are used in place.</summary>
    internal bool SharesCpuMemory => Device.IsCpu;

    internal OnnxRuntimeHost Host { get; }

    /// <summary>Occurs when the model has been unloaded, and nothing is bound any more.</summary>
    internal event Action? Unloaded;

    internal InferenceSession Native => _session;

    /// <summary>Creates an empty set of bound tensors for one caller.</summary>
    /// <exception cref="ObjectDisposedException">The model was unloaded.</exception>
    public OnnxBinding CreateBinding()
    {
        lock (_lock)
        {
            ThrowIfUnloaded();
            var binding = new OnnxBinding(this, _session.CreateIoBinding());
            _bindings++;
            return binding;
        }
    }

    /// <summary>Runs the graph once on the calling thread.</summary>
    /// <param name="binding">The tensors, created by this session's <see cref="CreateBinding"/>.</param>
    /// <param name="cancellationToken">
    /// The token that terminates the run before its next kernel. The binding can be used again afterwards.
    /// </param>
    /// <exception cref="ArgumentException">The binding was created by another session.</exception>
    /// <exception cref="OnnxBindingException">An input of the graph is not bound.</exception>
    /// <exception cref="OperationCanceledException">
    /// The run was terminated by <paramref name="cancellationToken"/>, which the exception carries.
    /// </exception>
    /// <exception cref="OnnxModelException">
    /// ONNX Runtime rejected the shapes or failed in a kernel; the inner exception is its <see cref="OnnxRuntimeException"/>.
    /// </exception>
    /// <exception cref="DeviceLostException">
    /// The CUDA device is gone: CUDA reported an error after which no call of this process on the device succeeds.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The model was unloaded.</exception>
    public void Run(OnnxBinding binding, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(binding);
        if (binding.Session != this)
        {
            throw new ArgumentException($"The binding was created by a session of '{binding.Session.Name}', not by this one of '{Name}'; use {nameof(CreateBinding)} of this session.", nameof(binding));
        }

        cancellationToken.ThrowIfCancellationRequested();
        Enter();
        try
        {
            binding.Enter();
            try
            {
                binding.Prepare();
                Run(binding.RunOptions, binding.Native, cancellationToken);
            }
            finally
            {
                binding.Leave();
            }
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Returns the description of an input.</summary>
    /// <param name="name">The name of the input in the graph.</param>
    /// <exception cref="OnnxBindingException">The graph has no such input; the message lists those it has.</exception>
    public TensorDescription Input(string name) => Inputs.TryGetValue(name, out TensorDescription? input)
        ? input
        : throw new OnnxBindingException(name, $"'{Name}' has no input '{name}'. Its inputs are: {DescribeInputs()}.");

    /// <summary>Returns the description of an output.</summary>
    /// <param name="name">The name of the output in the graph.</param>
    /// <exception cref="OnnxBindingException">The graph has no such output; the message lists those it has.</exception>
    public TensorDescription Output(string name) => Outputs.TryGetValue(name, out TensorDescription? output)
        ? output
        : throw new OnnxBindingException(name, $"'{Name}' has no output '{name}'. Its outputs are: {string.Join("; ", Outputs.Values.OrderBy(o => o.Name, StringComparer.Ordinal))}.");

    /// <summary>
    /// Unloads the model, once a run in progress on another thread has completed and its bindings are disposed. A run that has not started
    /// throws.
    /// </summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            if (_running > 0 || _bindings > 0)
            {
                return;
            }
        }

        Unload();
    }

    /// <summary>Reserves memory of the device in the ledger of the host, for the same owner as the weights.</summary>
    /// <exception cref="DeviceMemoryException">The device does not have as much memory left.</exception>
    internal MemoryLease Reserve(long bytes, MemoryPurpose purpose) =>
        Host.Ledger.Reserve(Device.Device.Name, bytes, purpose, _memory.Holding.Owner);

    /// <summary>Reserves memory of the host in the ledger of the host, for the same owner as the weights.</summary>
    /// <exception cref="DeviceMemoryException">The host does not have as much memory left.</exception>
    internal MemoryLease ReserveHost(long bytes, MemoryPurpose purpose) =>
        Host.Ledger.Reserve(Host.Devices[0].Name, bytes, purpose, _memory.Holding.Owner);

    /// <summary>Creates an allocator of the device's own memory. The caller disposes it before the session.</summary>
    internal OrtAllocator CreateDeviceAllocator()
    {
        RequireLoaded();
        using OrtMemoryInfo memory = Device.Provider.GetMemoryInfo();
        return new OrtAllocator(_session, memory);
    }

    /// <summary>Requires a model that was not unloaded.</summary>
    /// <exception cref="ObjectDisposedException">The model was unloaded.</exception>
    internal void RequireLoaded()
    {
        lock (_lock)
        {
            ThrowIfUnloaded();
        }
    }

    void ThrowIfUnloaded()
    {
        if (_disposed)
        {
            throw new ObjectDisposedException(nameof(OnnxSession), $"The model '{_memory.Holding.Owner}' was unloaded. Dispose a model after all that use it, or load it again.");
        }
    }

    internal string DescribeInputs() => string.Join("; ", Inputs.Values.OrderBy(i => i.Name, StringComparer.Ordinal));

    void Run(RunOptions options, OrtIoBinding binding, CancellationToken cancellationToken)
    {
        CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static state => ((RunOptions)state!).Terminate = true, options);
        try
        {
            _session.RunWithBinding(options, binding);
        }
        catch (OnnxRuntimeException error) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException($"The run of '{Name}' was terminated.", error, cancellationToken);
        }
        catch (OnnxRuntimeException error)
        {
            throw DeviceTrouble.Find(Device, error) as Exception ?? new OnnxModelException($"'{Name}' failed in a run: {error.Message}", error);
        }
        finally
        {
            // Dispose waits for a callback in progress, so the flag cannot be set after it was cleared.
            registration.Dispose();
            options.Terminate = false;
        }
    }

    // ONNX Runtime crashes the process if a disposed session is used.
    void Enter()
    {
        lock (_lock)
        {
            ThrowIfUnloaded();
            _running++;
        }
    }

    void Leave()
    {
        lock (_lock)
        {
            if (--_running > 0 || _bindings > 0 || !_disposed)
            {
                return;
            }
        }

        Unload();
    }

    // Nor may a binding outlive its session, for the same reason.
    internal void Released(OnnxBinding binding)
    {
        lock (_lock)
        {
            if (--_bindings > 0 || _running > 0 || !_disposed)
            {
                return;
            }
        }

        Unload();
    }

    void Unload()
    {
        _session.Dispose();
        _memory.Dispose();
        Unloaded?.Invoke();
    }
}

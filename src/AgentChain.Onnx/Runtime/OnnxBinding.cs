using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Runtime;

/// <summary>
/// The tensors that one caller feeds to and takes from an <see cref="OnnxSession"/>, bound by name and kept from run to run, so that
/// a loop pays for what changes only. Make one per concurrent caller (<see cref="OnnxSession.CreateBinding"/>) and reuse it.
/// Not thread-safe: one run at a time.
/// </summary>
/// <remarks>
/// Memory bound with <see cref="Input{T}"/> or <see cref="Output{T}"/> is pinned until the name is bound again or the binding is
/// disposed. On a device with memory of its own the contents of inputs are copied at each run, so they may be changed in place.
/// </remarks>
public sealed class OnnxBinding : IDisposable
{
    readonly OnnxSession _session;
    readonly OrtIoBinding _binding;
    readonly RunOptions _runOptions = new();
    readonly Dictionary<string, OrtValue> _ownedInputs = [];
    readonly Dictionary<string, OrtValue> _ownedOutputs = [];
    readonly HashSet<string> _boundInputs = [];
    readonly List<string> _boundOutputs = [];
    bool _complete;
    bool _disposed;

    internal OnnxBinding(OnnxSession session, OrtIoBinding binding)
    {
        _session = session;
        _binding = binding;
    }

    /// <summary>The names of the bound outputs, in the order they were first bound.</summary>
    public IReadOnlyList<string> BoundOutputs => _boundOutputs;

    internal RunOptions RunOptions => _runOptions;

    internal OrtIoBinding Native => _binding;

    /// <summary>Feeds an input from memory of the CPU, without a copy where the session runs on the CPU.</summary>
    /// <typeparam name="T">The element type of the input.</typeparam>
    /// <param name="name">A name the graph has.</param>
    /// <param name="data">The elements in row-major order; pinned until the name is bound again.</param>
    /// <param name="shape">The dimensions; their product is at most the length of <paramref name="data"/>.</param>
    /// <exception cref="OnnxBindingException">The graph has no such input, or one of another type or shape.</exception>
    public void Input<T>(string name, Memory<T> data, params ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        OrtValue value = Wrap(_session.Input(name), data, shape);
        Bind(_ownedInputs, name, value);
        BindInput(name, value);
    }

    /// <summary>Feeds an input from a tensor that the caller owns and keeps alive while it is bound.</summary>
    /// <param name="name">A name the graph has.</param>
    /// <param name="value">The tensor, on any device.</param>
    /// <exception cref="OnnxBindingException">The graph has no such input.</exception>
    public void Input(string name, OrtValue value)
    {
        _session.Input(name);
        BindInput(name, value);
        Release(_ownedInputs, name);
    }

    /// <summary>Takes an output into memory of the CPU that the caller owns.</summary>
    /// <typeparam name="T">The element type of the output.</typeparam>
    /// <param name="name">A name the graph has.</param>
    /// <param name="data">Room for the elements; pinned until the name is bound again.</param>
    /// <param name="shape">The dimensions, exactly as the run will give them.</param>
    /// <exception cref="OnnxBindingException">The graph has no such output, or one of another type or shape.</exception>
    public void Output<T>(string name, Memory<T> data, params ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        OrtValue value = Wrap(_session.Output(name), data, shape);
        Bind(_ownedOutputs, name, value);
        BindOutput(name, value);
    }

    /// <summary>Takes an output into a tensor that the caller owns and keeps alive while it is bound.</summary>
    /// <param name="name">A name the graph has.</param>
    /// <param name="value">The tensor, on any device.</param>
    /// <exception cref="OnnxBindingException">The graph has no such output.</exception>
    public void Output(string name, OrtValue value)
    {
        _session.Output(name);
        BindOutput(name, value);
        Release(_ownedOutputs, name);
    }

    /// <summary>Lets ONNX Runtime allocate an output of whatever shape in memory of the CPU; take it with <see cref="TakeOutputs"/>.</summary>
    /// <param name="name">A name the graph has.</param>
    /// <exception cref="OnnxBindingException">The graph has no such output.</exception>
    public void Output(string name)
    {
        _session.Output(name);
        _binding.BindOutputToDevice(name, OrtMemoryInfo.DefaultInstance);
        Remember(name);
        Release(_ownedOutputs, name);
    }

    /// <summary>The outputs of the last run, by name. The caller disposes them.</summary>
    public OnnxOutputs TakeOutputs() => new(_boundOutputs, _binding.GetOutputValues());

    /// <summary>Unpins the bound memory and releases the native binding. Idempotent.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _binding.Dispose();
        _runOptions.Dispose();
        foreach (OrtValue value in _ownedInputs.Values.Concat(_ownedOutputs.Values))
        {
            value.Dispose();
        }

        _session.Released(this);
    }

    /// <summary>Checks that nothing is missing, and brings inputs that were changed in place to a device with memory of its own.</summary>
    internal void Prepare()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_complete)
        {
            foreach (string name in _session.Inputs.Keys)
            {
                if (!_boundInputs.Contains(name))
                {
                    throw new OnnxBindingException(name, $"Input '{name}' of '{_session.Name}' is not bound. Its inputs are: {_session.DescribeInputs()}.");
                }
            }

            _complete = true;
        }

        if (!_session.SharesCpuMemory)
        {
            foreach ((string name, OrtValue value) in _ownedInputs)
            {
                _binding.BindInput(name, value);
            }
        }
    }

    static OrtValue Wrap<T>(TensorDescription expected, Memory<T> data, ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        TensorElementType? given = TensorBase.GetTypeInfo(typeof(T))?.ElementType;
        if (given != expected.ElementType || !expected.Accepts(shape))
        {
            throw new OnnxBindingException(expected.Name, $"'{expected}' cannot take {given}[{string.Join(',', shape.ToArray())}].");
        }

        return OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, data, shape.ToArray());
    }

    static void Bind(Dictionary<string, OrtValue> owned, string name, OrtValue value)
    {
        Release(owned, name);
        owned[name] = value;
    }

    static void Release(Dictionary<string, OrtValue> owned, string name)
    {
        if (owned.Remove(name, out OrtValue? old))
        {
            old.Dispose();
        }
    }

    void BindInput(string name, OrtValue value)
    {
        _binding.BindInput(name, value);
        _boundInputs.Add(name);
    }

    void BindOutput(string name, OrtValue value)
    {
        _binding.BindOutput(name, value);
        Remember(name);
    }

    void Remember(string name)
    {
        if (!_boundOutputs.Contains(name))
        {
            _boundOutputs.Add(name);
        }
    }
}

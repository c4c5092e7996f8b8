using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Runtime;

/// <summary>
/// Represents the tensors that one caller exchanges with an <see cref="OnnxSession"/>. They are bound by name and kept between runs, so
/// that a loop pays only for changes. Create one per concurrent caller (<see cref="OnnxSession.CreateBinding"/>) and reuse it. Not
/// thread-safe, except for <see cref="Dispose"/>: do one run at a time.
/// </summary>
/// <remarks>
/// Memory bound with <see cref="Input{T}"/> or <see cref="Output{T}"/> is pinned until its name is bound again or the binding is disposed.
/// A device with its own memory copies the inputs at each run, so their contents can be changed in place.
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
    readonly Lock _lock = new();
    bool _complete;
    volatile bool _disposed;
    int _uses;

    internal OnnxBinding(OnnxSession session, OrtIoBinding binding)
    {
        _session = session;
        _binding = binding;
    }

    /// <summary>Gets the names of the bound outputs, in the order they were first bound.</summary>
    public IReadOnlyList<string> BoundOutputs => _boundOutputs;

    internal OnnxSession Session => _session;

    internal RunOptions RunOptions => _runOptions;

    internal OrtIoBinding Native => _binding;

    /// <summary>Binds CPU memory to an input. A session on the CPU uses it without a copy.</summary>
    /// <typeparam name="T">The element type of the input.</typeparam>
    /// <param name="name">The name of the input in the graph.</param>
    /// <param name="data">The elements in row-major order; pinned until the name is bound again.</param>
    /// <param name="shape">The dimensions; their product is at most the length of <paramref name="data"/>.</param>
    /// <exception cref="OnnxBindingException">The graph has no such input, or the input has another type or shape.</exception>
    /// <exception cref="ObjectDisposedException">The binding was disposed.</exception>
    public void Input<T>(string name, Memory<T> data, params ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        OrtValue value = Wrap(_session.Input(name), data, shape);
        Bind(_ownedInputs, name, value);
        BindInput(name, value);
    }

    /// <summary>Binds a tensor to an input. The caller owns the tensor and keeps it alive while it is bound.</summary>
    /// <param name="name">The name of the input in the graph.</param>
    /// <param name="value">The tensor, on any device.</param>
    /// <exception cref="OnnxBindingException">The graph has no such input.</exception>
    /// <exception cref="ObjectDisposedException">The binding was disposed.</exception>
    public void Input(string name, OrtValue value)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _session.Input(name);
        BindInput(name, value);
        Release(_ownedInputs, name);
    }

    /// <summary>Binds CPU memory that the caller owns to an output.</summary>
    /// <typeparam name="T">The element type of the output.</typeparam>
    /// <param name="name">The name of the output in the graph.</param>
    /// <param name="data">The memory for the elements; pinned until the name is bound again.</param>
    /// <param name="shape">The dimensions, exactly as the run returns them.</param>
    /// <exception cref="OnnxBindingException">The graph has no such output, or the output has another type or shape.</exception>
    /// <exception cref="ObjectDisposedException">The binding was disposed.</exception>
    public void Output<T>(string name, Memory<T> data, params ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        OrtValue value = Wrap(_session.Output(name), data, shape);
        Bind(_ownedOutputs, name, value);
        BindOutput(name, value);
    }

    /// <summary>Binds a tensor to an output. The caller owns the tensor and keeps it alive while it is bound.</summary>
    /// <param name="name">The name of the output in the graph.</param>
    /// <param name="value">The tensor, on any device.</param>
    /// <exception cref="OnnxBindingException">The graph has no such output.</exception>
    /// <exception cref="ObjectDisposedException">The binding was disposed.</exception>
    public void Output(string name, OrtValue value)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _session.Output(name);
        BindOutput(name, value);
        Release(_ownedOutputs, name);
    }

    /// <summary>Binds an output of any shape to CPU memory that ONNX Runtime allocates; get it with <see cref="TakeOutputs"/>.</summary>
    /// <param name="name">The name of the output in the graph.</param>
    /// <exception cref="OnnxBindingException">The graph has no such output.</exception>
    /// <exception cref="ObjectDisposedException">The binding was disposed.</exception>
    public void Output(string name)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _session.Output(name);
        _binding.BindOutputToDevice(name, OrtMemoryInfo.DefaultInstance);
        Remember(name);
        Release(_ownedOutputs, name);
    }

    /// <summary>Returns the outputs of the last run. The caller disposes them.</summary>
    /// <exception cref="ObjectDisposedException">The binding was disposed.</exception>
    public OnnxOutputs TakeOutputs()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new(_boundOutputs, _binding.GetOutputValues());
    }

    /// <summary>
    /// Unpins the bound memory and releases the native binding, once a run in progress on another thread has ended. Can be called more than
    /// once.
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
            if (_uses > 0)
            {
                return;
            }
        }

        Release();
    }

    // ONNX Runtime crashes the process if a binding is released while it runs.
    internal void Enter()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _uses++;
        }
    }

    internal void Leave()
    {
        lock (_lock)
        {
            if (--_uses > 0 || !_disposed)
            {
                return;
            }
        }

        Release();
    }

    void Release()
    {
        _binding.Dispose();
        _runOptions.Dispose();
        foreach (OrtValue value in _ownedInputs.Values.Concat(_ownedOutputs.Values))
        {
            value.Dispose();
        }

        _session.Released(this);
    }

    /// <summary>
    /// Checks that every input is bound, and copies inputs that may have changed in place to a device with its own memory.
    /// </summary>
    internal void Prepare()
    {
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
            throw new OnnxBindingException(expected.Name, $"'{expected}' does not accept {given}[{string.Join(',', shape.ToArray())}].");
        }

        if (!Fits(shape, data.Length))
        {
            throw new OnnxBindingException(expected.Name, $"'{expected}' does not accept {given}[{string.Join(',', shape.ToArray())}] in memory for {data.Length} elements.");
        }

        return OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, data, shape.ToArray());
    }

    static bool Fits(ReadOnlySpan<long> shape, int length)
    {
        // More than any memory has: beyond that, the product must not overflow.
        const long Most = (long)int.MaxValue + 1;
        long count = 1;
        foreach (long size in shape)
        {
            if (size < 0)
            {
                return false;
            }

            count = Math.Min(Most, count * Math.Min(Most, size));
        }

        return count <= length;
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

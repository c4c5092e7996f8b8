using Microsoft.ML.OnnxRuntime;

namespace AgentChain.Onnx.Runtime;

/// <summary>
/// Represents the outputs of one run, by name. Disposing it releases them and invalidates spans taken from it. Not thread-safe.
/// </summary>
public sealed class OnnxOutputs : IDisposable
{
    readonly IReadOnlyList<string> _names;
    readonly IDisposableReadOnlyCollection<OrtValue> _values;
    HashSet<OrtValue>? _detached;

    internal OnnxOutputs(IReadOnlyList<string> names, IDisposableReadOnlyCollection<OrtValue> values)
    {
        _names = names;
        _values = values;
    }

    /// <summary>Gets the tensor with the specified name.</summary>
    /// <param name="name">The name of a bound output.</param>
    /// <exception cref="OnnxBindingException">No output with that name was bound.</exception>
    public OrtValue this[string name]
    {
        get
        {
            for (int i = 0; i < _names.Count; i++)
            {
                if (_names[i] == name)
                {
                    return _values[i];
                }
            }

            throw new OnnxBindingException(name, $"No output '{name}' was bound. The bound outputs are: {string.Join(", ", _names)}.");
        }
    }

    /// <summary>Returns the elements of the tensor with the specified name, in row-major order. Valid until disposal.</summary>
    /// <typeparam name="T">The element type of the tensor.</typeparam>
    /// <param name="name">The name of an output that was bound to CPU memory.</param>
    /// <exception cref="OnnxBindingException">No output with that name was bound.</exception>
    public ReadOnlySpan<T> Span<T>(string name)
        where T : unmanaged => this[name].GetTensorDataAsSpan<T>();

    /// <summary>Returns the dimensions of the tensor with the specified name.</summary>
    /// <param name="name">The name of a bound output.</param>
    /// <exception cref="OnnxBindingException">No output with that name was bound.</exception>
    public long[] Shape(string name) => this[name].GetTensorTypeAndShape().Shape;

    /// <summary>Releases every tensor that was not detached.</summary>
    public void Dispose()
    {
        foreach (OrtValue value in _values)
        {
            if (_detached?.Contains(value) != true)
            {
                value.Dispose();
            }
        }
    }

    /// <summary>Transfers ownership of a tensor to the caller, which must dispose it. The tensor outlives these outputs.</summary>
    internal OrtValue Detach(string name)
    {
        OrtValue value = this[name];
        (_detached ??= []).Add(value);
        return value;
    }
}

using Microsoft.ML.OnnxRuntime;

namespace AgentChain.Onnx.Runtime;

/// <summary>The outputs of one run, by name. Dispose it to release them; spans taken from it are invalid afterwards. Not thread-safe.</summary>
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

    /// <summary>The tensor under that name.</summary>
    /// <param name="name">An output that was bound.</param>
    /// <exception cref="OnnxBindingException">No output of that name was bound.</exception>
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

            throw new OnnxBindingException(name, $"No output '{name}' was bound; bound are: {string.Join(", ", _names)}.");
        }
    }

    /// <summary>The elements of the tensor under that name, in row-major order. Valid until disposal.</summary>
    /// <typeparam name="T">The element type of the tensor.</typeparam>
    /// <param name="name">An output that was bound to memory of the CPU.</param>
    /// <exception cref="OnnxBindingException">No output of that name was bound.</exception>
    public ReadOnlySpan<T> Span<T>(string name)
        where T : unmanaged => this[name].GetTensorDataAsSpan<T>();

    /// <summary>The dimensions of the tensor under that name.</summary>
    /// <param name="name">An output that was bound.</param>
    /// <exception cref="OnnxBindingException">No output of that name was bound.</exception>
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

    /// <summary>Hands a tensor over to the caller, who disposes it; it outlives these outputs.</summary>
    internal OrtValue Detach(string name)
    {
        OrtValue value = this[name];
        (_detached ??= []).Add(value);
        return value;
    }
}

using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Benchmarks.Peers.Batching;

/// <summary>
/// The bare runs of ONNX Runtime, as many sequences in each as its caller says: nothing but <c>RunWithBinding</c> and the best token of each
/// row. What sequences together gain here is the most that they can gain anywhere.
/// </summary>
sealed class BareBatch : IDisposable
{
    const int Length = 1024;

    readonly InferenceSession _session;
    readonly RunOptions _options = new();
    readonly OrtIoBinding _step;
    readonly OrtValue[] _values;
    readonly long[] _tokens;
    readonly float[] _logits;
    readonly long[] _ones;
    readonly int _sequences;
    readonly int _width;

    /// <summary>Loads the model.</summary>
    /// <param name="model">The path of the graph.</param>
    /// <param name="sequences">The number of sequences in a run.</param>
    public BareBatch(string model, int sequences)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        _session = new InferenceSession(model, options);
        _sequences = sequences;
        _width = _session.OutputMetadata["logits"].Dimensions[^1];
        _tokens = GC.AllocateArray<long>(sequences, pinned: true);
        _logits = GC.AllocateArray<float>(sequences * _width, pinned: true);
        _ones = GC.AllocateArray<long>(sequences * Length, pinned: true);
        _ones.AsSpan().Fill(1);
        _step = _session.CreateIoBinding();
        _step.BindInput("input_ids", OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _tokens.AsMemory(), [sequences, 1]));
        _step.BindOutput("logits", OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _logits.AsMemory(), [sequences, 1, _width]));
        string[] past = [.. _session.InputMetadata.Keys.Where(name => name.StartsWith("past_key_values", StringComparison.Ordinal))];
        _values = [.. past.Select(name => OrtValue.CreateAllocatedTensorValue(
            OrtAllocator.DefaultInstance, TensorElementType.Float,
            [sequences, _session.InputMetadata[name].Dimensions[1], Length, _session.InputMetadata[name].Dimensions[3]]))];
        for (int i = 0; i < past.Length; i++)
        {
            _values[i].GetTensorMutableDataAsSpan<float>().Clear();
            _step.BindInput(past[i], _values[i]);
            _step.BindOutput(past[i].Replace("past_key_values", "present", StringComparison.Ordinal), _values[i]);
        }
    }

    /// <summary>Takes steps from one length to another.</summary>
    /// <param name="from">The number of tokens that each sequence has read.</param>
    /// <param name="to">The number of tokens afterwards.</param>
    public void Run(int from, int to)
    {
        for (int length = from; length < to; length++)
        {
            using OrtValue mask = OrtValue.CreateTensorValueFromMemory(
                OrtMemoryInfo.DefaultInstance, _ones.AsMemory(0, _sequences * (length + 1)), [_sequences, length + 1]);
            _step.BindInput("attention_mask", mask);
            _session.RunWithBinding(_options, _step);
            for (int i = 0; i < _sequences; i++)
            {
                _tokens[i] = TensorPrimitives.IndexOfMax<float>(_logits.AsSpan(i * _width, _width));
            }
        }
    }

    public void Dispose()
    {
        _step.Dispose();
        _options.Dispose();
        _session.Dispose();
        Array.ForEach(_values, v => v.Dispose());
    }
}

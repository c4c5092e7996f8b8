using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace AgentChain.Benchmarks.Language;

/// <summary>The hand-written equivalent: one buffer per layer bound as past and present, and RunWithBinding in a loop.</summary>
sealed class BareDecodeLoop : IDisposable
{
    const int Layers = 4;
    const int Heads = 2;
    const int HeadSize = 32;
    const int Length = 1024;

    readonly InferenceSession _session;
    readonly RunOptions _options = new();
    readonly OrtValue[] _cache;
    readonly OrtIoBinding _step;
    readonly long[] _token = GC.AllocateArray<long>(1, pinned: true);
    readonly int _vocabulary;
    readonly float[] _logits;
    readonly OrtValue[] _masks;

    public BareDecodeLoop(string model)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        _session = new InferenceSession(model, options);
        _vocabulary = _session.OutputMetadata["logits"].Dimensions[^1];
        _logits = GC.AllocateArray<float>(_vocabulary, pinned: true);
        _cache = [.. Enumerable.Range(0, Layers * 2).Select(_ =>
            OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float, [1, Heads, Length, HeadSize]))];
        long[] ones = GC.AllocateArray<long>(Length + 1, pinned: true);
        ones.AsSpan().Fill(1);
        _masks = [.. Enumerable.Range(0, Length + 1).Select(n => OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, ones.AsMemory(0, Math.Max(1, n)), [1, Math.Max(1, n)]))];
        _step = _session.CreateIoBinding();
        Bind(_step);
        _step.BindInput("input_ids", OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _token.AsMemory(), [1, 1]));
        _step.BindOutput(
            "logits", OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _logits.AsMemory(), [1, 1, _vocabulary]));
    }

    public int Generate(int[] prompt, int count)
    {
        long[] ids = [.. prompt.Select(t => (long)t)];
        float[] all = new float[prompt.Length * _vocabulary];
        using (OrtIoBinding prefill = _session.CreateIoBinding())
        using (OrtValue input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, ids.AsMemory(), [1, ids.Length]))
        using (OrtValue output = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, all.AsMemory(), [1, ids.Length, _vocabulary]))
        {
            Bind(prefill);
            prefill.BindInput("input_ids", input);
            prefill.BindInput("attention_mask", _masks[ids.Length]);
            prefill.BindOutput("logits", output);
            _session.RunWithBinding(_options, prefill);
        }

        int token = TensorPrimitives.IndexOfMax<float>(all.AsSpan(all.Length - _vocabulary));
        for (int made = 1; made < count; made++)
        {
            _token[0] = token;
            _step.BindInput("attention_mask", _masks[prompt.Length + made]);
            _session.RunWithBinding(_options, _step);
            token = TensorPrimitives.IndexOfMax<float>(_logits);
        }

        return token;
    }

    public void Dispose()
    {
        _step.Dispose();
        _options.Dispose();
        _session.Dispose();
    }

    void Bind(OrtIoBinding binding)
    {
        for (int i = 0; i < _cache.Length; i++)
        {
            string part = i % 2 == 0 ? "key" : "value";
            binding.BindInput($"past_key_values.{i / 2}.{part}", _cache[i]);
            binding.BindOutput($"present.{i / 2}.{part}", _cache[i]);
        }
    }
}

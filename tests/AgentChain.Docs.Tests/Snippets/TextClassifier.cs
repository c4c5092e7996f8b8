using System.Numerics.Tensors;
using AgentChain.Devices;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tokenization;

namespace AgentChain.Onnx.Classification;

#region model
public sealed class TextClassifier : IDisposable
{
    readonly OnnxSession _session;
    readonly Tokenizer _tokenizer;

    TextClassifier(OnnxSession session, Tokenizer tokenizer) => (_session, _tokenizer) = (session, tokenizer);

    public ComputeDevice Device => _session.Device.Device;

    public static TextClassifier Load(OnnxRuntimeHost host, string folder, DeviceRequest device = default)
    {
        Tokenizer tokenizer = TokenizerReader.Load(Path.Combine(folder, "tokenizer.json"));
        return new TextClassifier(host.Load(Path.Combine(folder, "model.onnx"), device), tokenizer);
    }

    public ValueTask<int> ClassifyAsync(DeviceLane lane, string text, CancellationToken cancellationToken = default) =>
        lane.RunAsync((this, text), static (job, token) => job.Item1.Classify(job.text, token), cancellationToken);

    public void Dispose() => _session.Dispose();

    int Classify(string text, CancellationToken cancellationToken)
    {
        long[] ids = [.. _tokenizer.EncodeWithin(text, _tokenizer.MaxTokens ?? 256)];
        using OnnxBinding binding = _session.CreateBinding();
        binding.Input<long>("input_ids", ids, 1, ids.Length);
        binding.Output("logits");
        _session.Run(binding, cancellationToken);
        using OnnxOutputs outputs = binding.TakeOutputs();
        ReadOnlySpan<float> logits = outputs.Span<float>("logits");
        int best = TensorPrimitives.IndexOfMax(logits);
        return float.IsFinite(logits[best])
            ? best
            : throw new OnnxOutputException(_session.Name, "logits", null, OnnxOutputException.Problem(logits[best]));
    }
}
#endregion

using AgentChain.Onnx.Pruning;
using AgentChain.Onnx.Runtime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Tests.Pruning;

/// <summary>Random graphs, as they are and changed: the last row of the logits is the same, or the graph is left as it is.</summary>
public sealed class RandomGraphTests
{
    readonly OnnxRuntimeHost _host = new();

    [Fact]
    public void Keep_OfRandomGraphs_CanBeLoadedAndChangesNoLastRow()
    {
        int changed = 0;
        for (int seed = 0; seed < 120; seed++)
        {
            byte[] model = new RandomGraph(seed).ToModel();
            if (LastRow.Keep(new MemoryStream(model), "logits") is { } pruned)
            {
                changed++;
                using OnnxSession whole = _host.Load(model, $"whole {seed}"), last = _host.Load(pruned, $"last {seed}");
                Compare(whole, last, seed);
            }
        }

        Assert.InRange(changed, 60, 120);
    }

    static void Compare(OnnxSession whole, OnnxSession last, int seed)
    {
        foreach ((int batch, int length) in new[] { (1, 5), (1, 1), (3, 4) })
        {
            long[] ids = [.. Enumerable.Range(0, batch * length).Select(i => (long)(((i * 7) + seed) % RandomGraph.Words))];
            float[] expected = Run(whole, ids, batch, length), actual = Run(last, ids, batch, length);
            float tolerance = 1e-4f * Math.Max(1, expected.Max(Math.Abs));
            Assert.True(
                expected.Length == actual.Length && expected.Zip(actual).All(p => p.First.Equals(p.Second) || Math.Abs(p.First - p.Second) <= tolerance),
                $"seed {seed}, {batch} x {length}: {string.Join(' ', expected)} and {string.Join(' ', actual)}");
        }
    }

    static float[] Run(OnnxSession session, long[] ids, int batch, int length)
    {
        using OnnxBinding binding = session.CreateBinding();
        binding.Input<long>("ids", ids, batch, length);
        foreach (string output in session.Outputs.Keys)
        {
            binding.Output(output);
        }

        session.Run(binding);
        using OnnxOutputs outputs = binding.TakeOutputs();
        float[] row = [];
        LogitsRow.CopyLast(outputs["logits"], TensorElementType.Float, ref row);
        return row;
    }
}

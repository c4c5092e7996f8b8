using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Language;

/// <summary>Binds the inputs of a run over several tokens.</summary>
static class DecoderInputs
{
    public static void Bind(DecoderGraph graph, OnnxBinding binding, ReadOnlySpan<int> tokens, int past)
    {
        long[] ids = new long[tokens.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = tokens[i];
        }

        binding.Input<long>(graph.InputIds, ids, 1, ids.Length);
        if (graph.HasMask)
        {
            binding.Input(graph.Layout.AttentionMask, graph.Masks[past + ids.Length]);
        }

        if (graph.HasPositions)
        {
            long[] positions = new long[ids.Length];
            for (int i = 0; i < positions.Length; i++)
            {
                positions[i] = past + i;
            }

            binding.Input<long>(graph.Layout.PositionIds, positions, 1, positions.Length);
        }
    }
}

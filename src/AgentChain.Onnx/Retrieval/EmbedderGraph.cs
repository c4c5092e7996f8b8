using AgentChain.Onnx.Runtime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Retrieval;

/// <summary>Checks that a graph takes and returns what a sentence encoder does.</summary>
static class EmbedderGraph
{
    static readonly string[] Optional = ["attention_mask", "token_type_ids"];

    /// <summary>Throws unless the inputs and the output have the types of an encoder, and there are no other inputs.</summary>
    public static void Check(OnnxSession session, string output)
    {
        foreach (TensorDescription input in session.Inputs.Values)
        {
            bool known = input.Name == "input_ids" || Optional.Contains(input.Name);
            if (!known || input.ElementType != TensorElementType.Int64 || input.Shape.Length is not (0 or 2))
            {
                throw new OnnxModelException($"'{session.Name}' has the input '{input}'; an encoder takes input_ids, attention_mask and token_type_ids, Int64 with two dimensions.");
            }
        }

        TensorDescription result = session.Output(output);
        if (result.ElementType != TensorElementType.Float)
        {
            throw new OnnxModelException($"'{session.Name}' has the output '{result}'; Float is required.");
        }
    }

    /// <summary>Throws unless a run returned a tensor of a shape, in which -1 is any positive number.</summary>
    public static void CheckShape(OnnxSession session, string output, ReadOnlySpan<long> shape, ReadOnlySpan<long> required)
    {
        bool fits = shape.Length == required.Length;
        for (int i = 0; fits && i < shape.Length; i++)
        {
            fits = required[i] < 0 ? shape[i] > 0 : shape[i] == required[i];
        }

        if (!fits)
        {
            throw new OnnxModelException(
                $"'{session.Name}' returned '{output}' with the dimensions [{string.Join(", ", shape.ToArray())}]; [{string.Join(", ", required.ToArray())}] is required (-1 is any).");
        }
    }
}

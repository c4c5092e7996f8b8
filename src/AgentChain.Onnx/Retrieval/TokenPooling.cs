using System.Numerics.Tensors;

namespace AgentChain.Onnx.Retrieval;

/// <summary>Makes one vector of those of a text's tokens.</summary>
static class TokenPooling
{
    /// <summary>Pools the vectors of a text's tokens.</summary>
    /// <param name="pooling">How; null if the graph has pooled them into one.</param>
    /// <param name="tokens">The vectors, one after another; may be empty.</param>
    /// <param name="width">The length of a vector.</param>
    public static float[] Pool(SentencePooling? pooling, ReadOnlySpan<float> tokens, int width)
    {
        if (tokens.IsEmpty)
        {
            return new float[width];
        }

        int first = pooling == SentencePooling.Last ? tokens.Length - width : 0;
        float[] vector = tokens.Slice(first, width).ToArray();
        if (pooling is not (SentencePooling.Mean or SentencePooling.Max))
        {
            return vector;
        }

        for (int at = width; at < tokens.Length; at += width)
        {
            if (pooling == SentencePooling.Mean)
            {
                TensorPrimitives.Add(vector, tokens.Slice(at, width), vector);
            }
            else
            {
                TensorPrimitives.Max(vector, tokens.Slice(at, width), vector);
            }
        }

        if (pooling == SentencePooling.Mean)
        {
            TensorPrimitives.Divide(vector, tokens.Length / width, vector);
        }

        return vector;
    }
}

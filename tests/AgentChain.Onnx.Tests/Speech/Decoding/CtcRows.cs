using AgentChain.Onnx.Speech.Decoding;

namespace AgentChain.Onnx.Tests.Speech.Decoding;

/// <summary>Outputs of a CTC model that is quite sure of one label in each frame; '_' is the blank.</summary>
internal static class CtcRows
{
    public static float[] Of(CtcLabels labels, string path, double sure = 0.97)
    {
        float[] rows = new float[path.Length * labels.Count];
        rows.AsSpan().Fill((float)Math.Log((1 - sure) / (labels.Count - 1)));
        for (int frame = 0; frame < path.Length; frame++)
        {
            rows[frame * labels.Count + (path[frame] == '_' ? labels.Blank : labels.IndexOf(path[frame]))] = (float)Math.Log(sure);
        }

        return rows;
    }
}

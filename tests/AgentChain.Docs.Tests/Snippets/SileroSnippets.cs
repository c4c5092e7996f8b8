using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Endpointing;
using AgentChain.Onnx.Speech.Recognition;

namespace AgentChain.Docs.Tests.Snippets;

/// <summary>The code of models/silero/CARD.md, which needs a model that is fetched on request.</summary>
static class SileroSnippets
{
    public static RecognitionBlockOptions Options(OnnxRuntimeHost host)
    {
        #region detector
        using SileroModel silero = SileroModel.Load(host, "models/silero/silero_vad.onnx");
        var options = new RecognitionBlockOptions { Endpointing = new EndpointerOptions { CreateDetector = silero.CreateDetector } };
        #endregion
        return options;
    }
}

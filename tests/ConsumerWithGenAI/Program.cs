using AgentChain.Onnx.Runtime;
using Microsoft.ML.OnnxRuntimeGenAI;

Console.WriteLine($"ONNX Runtime {new OnnxRuntimeHost().Version}");
try
{
    using var model = new Model("no such folder");
}
catch (OnnxRuntimeGenAIException error)
{
    // The message comes from the native library, which has therefore been loaded next to ours.
    Console.WriteLine($"onnxruntime-genai misses a file: {error.Message.Contains("no such folder", StringComparison.Ordinal)}");
}

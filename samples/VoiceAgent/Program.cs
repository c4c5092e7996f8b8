using Microsoft.ML.OnnxRuntime;

Console.WriteLine($"ONNX Runtime {OrtEnv.Instance().GetVersionString()}");

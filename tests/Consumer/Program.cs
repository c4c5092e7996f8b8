using AgentChain;
using Microsoft.ML.OnnxRuntime;

Console.WriteLine(10.Milliseconds() < 20.Milliseconds() ? "A CHAIN FROM A PACKAGE" : "");
Console.WriteLine($"ONNX Runtime {OrtEnv.Instance().GetVersionString()}");

namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>The names of a currency and of its hundredth part, which are empty if it has none.</summary>
internal sealed record MoneyUnit(string Sign, string One, string Many, string Hundredth, string Hundredths);

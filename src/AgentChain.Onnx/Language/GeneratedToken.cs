namespace AgentChain.Onnx.Language;

/// <summary>Represents a generated token.</summary>
/// <param name="Id">The ID of the token.</param>
/// <param name="Text">The text that the token completes; empty while a character is incomplete.</param>
public readonly record struct GeneratedToken(int Id, string Text);

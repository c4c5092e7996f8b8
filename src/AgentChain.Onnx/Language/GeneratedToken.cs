namespace AgentChain.Onnx.Language;

/// <summary>A token as it is generated.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">The text that is complete with it; empty while a character is not.</param>
public readonly record struct GeneratedToken(int Id, string Text);

namespace AgentChain.Onnx.Tokenization;

/// <summary>
/// Represents a token in addition to the model's vocabulary, such as <c>&lt;|im_end|&gt;</c>, that is split off before the rest of a text
/// is encoded.
/// </summary>
/// <param name="Id">The ID of the token.</param>
/// <param name="Content">The text of the token.</param>
/// <param name="Special">Whether it is a control token, which decoding omits.</param>
/// <param name="Normalized">Whether it is matched in the normalized text instead of the raw one.</param>
/// <param name="StripLeft">Whether it consumes white space before it.</param>
/// <param name="StripRight">Whether it consumes white space after it.</param>
/// <param name="SingleWord">Whether it matches only if no word character is adjacent.</param>
public sealed record AddedToken(
    int Id, string Content, bool Special, bool Normalized = false, bool StripLeft = false,
    bool StripRight = false, bool SingleWord = false);

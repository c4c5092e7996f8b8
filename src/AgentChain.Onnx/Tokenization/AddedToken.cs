namespace AgentChain.Onnx.Tokenization;

/// <summary>A token that stands beside the model's vocabulary, such as <c>&lt;|im_end|&gt;</c>, and is cut out of a text before anything else.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">How it is written.</param>
/// <param name="Special">Whether it is a control token, which decoding leaves out.</param>
/// <param name="Normalized">Whether it is looked for in the normalised text instead of the raw one.</param>
/// <param name="StripLeft">Whether it swallows white space before it.</param>
/// <param name="StripRight">Whether it swallows white space behind it.</param>
/// <param name="SingleWord">Whether it counts only where no word character adjoins it.</param>
public sealed record AddedToken(
    int Id, string Content, bool Special, bool Normalized = false, bool StripLeft = false, bool StripRight = false, bool SingleWord = false);

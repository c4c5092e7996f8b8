namespace AgentChain.Onnx.Language;

/// <summary>
/// Represents tokens of a sequence and the place of their keys and values in a page. A page is a tensor in host memory: layers' keys and
/// values, heads, tokens, head size.
/// </summary>
/// <param name="Page">The page's memory, which is pinned.</param>
/// <param name="Start">The position of the first token in the sequence.</param>
/// <param name="Count">The number of tokens.</param>
/// <param name="At">The position of the first token in the page.</param>
readonly record struct PageSlice(byte[] Page, int Start, int Count, int At = 0);

using AgentChain.Onnx.Language;

namespace AgentChain.Benchmarks.Peers.Language;

/// <summary>Represents a prompt as the sides take it.</summary>
/// <param name="Ids">The tokens.</param>
/// <param name="Chat">The conversation that gives these tokens, or <see langword="null"/> for none.</param>
sealed record LanguagePrompt(int[] Ids, ChatPrompt? Chat = null);

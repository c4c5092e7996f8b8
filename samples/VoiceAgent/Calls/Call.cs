using AgentChain.Onnx.Speech.Audio;

namespace VoiceAgent.Calls;

/// <summary>A question in a call.</summary>
/// <param name="Name">The name in the summary and of the answer's file.</param>
/// <param name="Audio">The recording; <see langword="null"/> until our own voice has spoken <paramref name="Words"/>.</param>
/// <param name="Words">The spoken words, if known.</param>
sealed record CallQuestion(string Name, PcmAudio? Audio, string? Words);

/// <summary>The questions that one customer asks, in order.</summary>
sealed record Call(Account Customer, IReadOnlyList<CallQuestion> Questions);

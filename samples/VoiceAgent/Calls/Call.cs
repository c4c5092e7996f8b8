using AgentChain.Onnx.Speech.Audio;

namespace VoiceAgent.Calls;

/// <summary>A question of a call.</summary>
/// <param name="Name">What the summary and the answer's file call it.</param>
/// <param name="Audio">The recording; <see langword="null"/> until our own voice has spoken <paramref name="Words"/>.</param>
/// <param name="Words">What is said, where that is known.</param>
sealed record CallQuestion(string Name, PcmAudio? Audio, string? Words);

/// <summary>The questions that one customer asks in a row.</summary>
sealed record Call(Account Customer, IReadOnlyList<CallQuestion> Questions);

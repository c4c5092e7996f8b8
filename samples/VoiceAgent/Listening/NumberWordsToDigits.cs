using AgentChain;
using AgentChain.Onnx.Speech.Normalization;
using AgentChain.Onnx.Speech.Recognition;

namespace VoiceAgent.Listening;

/// <summary>The exception that is thrown when a question contains no speech, or none of its words was recognized.</summary>
sealed class NothingHeardException(string message) : Exception(message);

/// <summary>Converts the recognizer's number words to digits, as redaction and the language model expect.</summary>
sealed class NumberWordsToDigits : ISyncBlock<Transcript, string>
{
    public string Invoke(Transcript input, BlockContext context) =>
        !input.HasSpeech ? throw new NothingHeardException("No speech was detected.")
        : input.Words.Length == 0 ? throw new NothingHeardException("No word was recognized.")
        : InverseTextNormalizer.Normalize(DigitHomophones.Resolve(input.Words));
}

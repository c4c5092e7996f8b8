using AgentChain.Blocks;
using AgentChain.Onnx.Speech.Normalization;
using AgentChain.Onnx.Speech.Recognition;

namespace VoiceAgent.Listening;

/// <summary>Nobody spoke, or nothing of it was understood.</summary>
sealed class NothingHeardException(string message) : Exception(message);

/// <summary>Turns the recognizer's number words into digits, as the redaction and the language model expect them.</summary>
sealed class NumberWordsToDigits : ISyncBlock<Transcript, string>
{
    public string Invoke(Transcript input, BlockContext context) =>
        !input.HasSpeech ? throw new NothingHeardException("Nobody spoke.")
        : input.Words.Length == 0 ? throw new NothingHeardException("No word was understood.")
        : InverseTextNormalizer.Normalize(DigitHomophones.Resolve(input.Words));
}

namespace AgentChain.Onnx.Speech.Synthesis;

/// <summary>Converts text to the phonemes of a voice. Implementations must be thread-safe.</summary>
public interface IPhonemizer
{
    /// <summary>Converts text to phonemes.</summary>
    /// <param name="text">The written text, with numbers and punctuation.</param>
    /// <returns>Symbols of the International Phonetic Alphabet, one code point each, with spaces between words and punctuation at pauses;
    /// empty if there is nothing to speak.</returns>
    string Phonemize(string text);
}

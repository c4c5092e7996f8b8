namespace AgentChain.Onnx.Speech.Synthesis;

/// <summary>Turns text into the phonemes of a voice. Implementations are thread-safe.</summary>
public interface IPhonemizer
{
    /// <summary>Turns text into phonemes.</summary>
    /// <param name="text">Text as it is written, with numbers and punctuation.</param>
    /// <returns>International phonetic symbols, one code point each, with blanks between words and punctuation where there is a pause; empty
    /// when there is nothing to say.</returns>
    string Phonemize(string text);
}

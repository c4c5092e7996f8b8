namespace AgentChain.Onnx.Speech.Decoding;

/// <summary>Represents a decoder's best estimate of the words in the audio so far.</summary>
/// <param name="Text">The words, separated by spaces. An unfinished word is left out.</param>
/// <param name="StableWords">The number of words that can no longer change, because every remaining hypothesis starts with them.</param>
/// <param name="Posterior">The share of the beam's probability that these words hold, 0 to 1, if the speech ended here;
/// small in the middle of a word.</param>
/// <param name="EndProbability">The probability that a sentence ends after these words, 0 to 1; 1 without a language model.</param>
public readonly record struct CtcHypothesis(string Text, int StableWords, double Posterior, double EndProbability);

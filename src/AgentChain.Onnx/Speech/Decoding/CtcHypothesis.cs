namespace AgentChain.Onnx.Speech.Decoding;

/// <summary>What a decoder takes the words to be, from the audio so far.</summary>
/// <param name="Text">The words, separated by blanks. A word that is not finished yet is left out.</param>
/// <param name="StableWords">How many of the words can no longer change, because every hypothesis that is still alive begins with them.</param>
/// <param name="Posterior">The part of the probability in the beam that these words have, 0 to 1, supposing that the speech ended here;
/// small while a word is being said.</param>
/// <param name="EndProbability">How likely a sentence ends after these words according to the language model, 0 to 1; 1 when there is no such model.</param>
public readonly record struct CtcHypothesis(string Text, int StableWords, double Posterior, double EndProbability);

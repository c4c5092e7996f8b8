namespace AgentChain.Onnx.Speech.Decoding;

/// <summary>A hypothesis: the finished words and a node of the lexicon's trie, with log probabilities.</summary>
internal struct BeamEntry(int history, int node)
{
    public readonly int History = history;
    public readonly int Node = node;

    /// <summary>The log probability of all paths that end in a blank.</summary>
    public double Blank = double.NegativeInfinity;

    /// <summary>The log probability of all paths that end in the node's own label.</summary>
    public double Label = double.NegativeInfinity;

    /// <summary>The score of the finished words: the weighted language model plus the bonus per word.</summary>
    public double Language;

    public readonly double Acoustic => LogMath.Add(Blank, Label);

    public readonly double Total => Acoustic + Language;

    public void AddBlank(double path) => Blank = LogMath.Add(Blank, path);

    public void AddLabel(double path) => Label = LogMath.Add(Label, path);
}

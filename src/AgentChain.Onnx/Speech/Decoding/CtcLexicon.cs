namespace AgentChain.Onnx.Speech.Decoding;

/// <summary>Represents the words that a beam decoder can return, as a trie over labels. Immutable and thread-safe.</summary>
public sealed class CtcLexicon
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly string[] _words;
    private readonly int[] _firstEdge; // node n has the edges _firstEdge[n] .. _firstEdge[n + 1]
    private readonly int[] _edgeLabel, _edgeNode, _nodeLabel, _nodeWord;

    /// <summary>Builds the trie.</summary>
    /// <param name="words">The words, in any order; duplicates are ignored.</param>
    /// <param name="labels">The labels that spell the words.</param>
    /// <exception cref="ArgumentException">There are no words, or a word is empty or has a character without a label.</exception>
    public CtcLexicon(IEnumerable<string> words, CtcLabels labels)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(labels);
        Labels = labels;
        Dictionary<long, int> children = [];
        List<int> nodeLabel = [labels.Space], nodeWord = [-1];
        foreach (string word in words)
        {
            if (!_ids.TryAdd(word, _ids.Count))
            {
                continue;
            }

            int node = 0;
            foreach (char letter in word)
            {
                int label = letter == ' ' ? -1 : labels.IndexOf(letter);
                if (label < 0)
                {
                    throw new ArgumentException($"The word '{word}' contains '{letter}', for which the model has no label.", nameof(words));
                }

                if (!children.TryGetValue(Edge(node, label), out int next))
                {
                    next = nodeLabel.Count;
                    children.Add(Edge(node, label), next);
                    nodeLabel.Add(label);
                    nodeWord.Add(-1);
                }

                node = next;
            }

            if (node == 0)
            {
                throw new ArgumentException("The lexicon contains an empty word.", nameof(words));
            }

            nodeWord[node] = _ids.Count - 1;
        }

        if (_ids.Count == 0)
        {
            throw new ArgumentException("The lexicon has no words.", nameof(words));
        }

        _words = [.. _ids.OrderBy(pair => pair.Value).Select(pair => pair.Key)];
        _nodeLabel = [.. nodeLabel];
        _nodeWord = [.. nodeWord];
        long[] edges = [.. children.Keys.Order()];
        _edgeLabel = Array.ConvertAll(edges, edge => (int)(edge & uint.MaxValue));
        _edgeNode = Array.ConvertAll(edges, edge => children[edge]);
        _firstEdge = new int[_nodeLabel.Length + 1];
        foreach (long edge in edges)
        {
            _firstEdge[(edge >> 32) + 1]++;
        }

        for (int node = 0; node < _nodeLabel.Length; node++)
        {
            _firstEdge[node + 1] += _firstEdge[node];
        }
    }

    /// <summary>Gets the labels that spell the words.</summary>
    public CtcLabels Labels { get; }

    /// <summary>Gets the number of words.</summary>
    public int Count => _words.Length;

    /// <summary>Gets a word by its ID.</summary>
    /// <param name="id">The ID, 0 to <see cref="Count"/> - 1.</param>
    public string this[int id] => _words[id];

    /// <summary>Returns the ID of a word, or -1 if the lexicon does not contain it.</summary>
    /// <param name="word">The word.</param>
    public int IndexOf(string word) => _ids.GetValueOrDefault(word, -1);

    // Node 0 is the root, where every word starts.
    internal int WordAt(int node) => _nodeWord[node];

    internal int LabelAt(int node) => _nodeLabel[node];

    internal ReadOnlySpan<int> EdgeLabels(int node) => _edgeLabel.AsSpan(_firstEdge[node].._firstEdge[node + 1]);

    internal ReadOnlySpan<int> EdgeNodes(int node) => _edgeNode.AsSpan(_firstEdge[node].._firstEdge[node + 1]);

    private static long Edge(int node, int label) => ((long)node << 32) | (uint)label;
}

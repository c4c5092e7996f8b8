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
        List<SortedDictionary<int, int>> children = [[]];
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

                if (!children[node].TryGetValue(label, out int next))
                {
                    next = children.Count;
                    children[node].Add(label, next);
                    children.Add([]);
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
        _firstEdge = new int[children.Count + 1];
        for (int node = 0; node < children.Count; node++)
        {
            _firstEdge[node + 1] = _firstEdge[node] + children[node].Count;
        }

        _edgeLabel = [.. children.SelectMany(edges => edges.Keys)];
        _edgeNode = [.. children.SelectMany(edges => edges.Values)];
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
}

namespace AgentChain.Onnx.Speech.Decoding;

/// <summary>Maps word sequences to IDs: each sequence is another one plus a word, and equal sequences have equal IDs.</summary>
internal sealed class WordHistories
{
    /// <summary>The empty sequence.</summary>
    public const int Empty = 0;

    private readonly Dictionary<long, int> _ids = [];
    private int[] _parent = new int[256], _word = new int[256], _depth = new int[256];
    private int _count;

    public WordHistories() => Clear();

    public int Parent(int history) => _parent[history];

    /// <summary>Returns the last word, or -1 for the empty sequence.</summary>
    public int LastWord(int history) => _word[history];

    /// <summary>Returns the number of words.</summary>
    public int Depth(int history) => _depth[history];

    public int Append(int history, int word)
    {
        long key = ((long)history << 32) | (uint)word;
        if (_ids.TryGetValue(key, out int id))
        {
            return id;
        }

        if (_count == _parent.Length)
        {
            Array.Resize(ref _parent, 2 * _count);
            Array.Resize(ref _word, 2 * _count);
            Array.Resize(ref _depth, 2 * _count);
        }

        id = _count++;
        _parent[id] = history;
        _word[id] = word;
        _depth[id] = _depth[history] + 1;
        _ids.Add(key, id);
        return id;
    }

    /// <summary>Returns the longest common prefix of two sequences.</summary>
    public int CommonPrefix(int a, int b)
    {
        while (a != b)
        {
            if (_depth[a] >= _depth[b])
            {
                a = _parent[a];
            }
            else
            {
                b = _parent[b];
            }
        }

        return a;
    }

    public void Clear()
    {
        _ids.Clear();
        _count = 1;
        _word[Empty] = -1;
    }
}

namespace AgentChain.Fuzz;

/// <summary>One damaged file of one target.</summary>
/// <param name="Target">The target.</param>
/// <param name="File">The name of the file in the target's folder.</param>
/// <param name="Content">The damaged content; <see langword="null"/> for a directory in its place.</param>
sealed record FuzzCase(FuzzTarget Target, string File, byte[]? Content)
{
    /// <summary>Creates a case from a seed. The same seed gives the same case.</summary>
    public static FuzzCase Create(IReadOnlyList<FuzzTarget> targets, int seed)
    {
        var random = new Random(seed);
        (FuzzTarget target, string file) = Choose(targets, random);
        byte[] content = System.IO.File.ReadAllBytes(Path.Combine(target.Folder, file));
        if (random.Next(400) == 0)
        {
            return new FuzzCase(target, file, random.Next(2) == 0 ? null : []);
        }

        int changes = random.Next(4) == 0 ? random.Next(2, 8) : 1;
        bool structural = random.Next(6) > 0;
        switch (Path.GetExtension(file))
        {
            case ".json" when structural:
                JsonTree tree = JsonTree.Parse(content);
                for (int i = 0; i < changes; i++)
                {
                    JsonMutator.Change(tree, random);
                }

                return new FuzzCase(target, file, tree.ToBytes());
            case ".onnx" when structural && random.Next(3) > 0:
                ProtobufTree graph = ProtobufTree.Parse(content);
                for (int i = 0; i < changes; i++)
                {
                    OnnxMutator.Change(graph, random);
                }

                return new FuzzCase(target, file, graph.ToBytes());
            case ".txt" or ".tsv" when structural:
                for (int i = 0; i < changes; i++)
                {
                    content = TextMutator.Change(content, random);
                }

                return new FuzzCase(target, file, content);
            default:
                for (int i = 0; i < changes; i++)
                {
                    content = ByteMutator.Change(content, random);
                }

                return new FuzzCase(target, file, content);
        }
    }

    /// <summary>Reads a case of the corpus: <c>target/label@file</c>, with <c>~</c> for a slash in the file's name.</summary>
    public static FuzzCase Read(IReadOnlyList<FuzzTarget> targets, string path)
    {
        string name = Path.GetFileName(Path.GetDirectoryName(path)!);
        FuzzTarget target = targets.FirstOrDefault(t => t.Name == name) ?? throw new ArgumentException($"No target is named '{name}'.", nameof(path));
        string file = Path.GetFileName(path).Split('@')[^1].Replace('~', '/');
        return new FuzzCase(target, file, System.IO.File.ReadAllBytes(path));
    }

    static (FuzzTarget Target, string File) Choose(IReadOnlyList<FuzzTarget> targets, Random random)
    {
        int at = random.Next(targets.Sum(t => t.Files.Sum(f => f.Weight)));
        foreach (FuzzTarget target in targets)
        {
            foreach ((string file, int weight) in target.Files)
            {
                at -= weight;
                if (at < 0)
                {
                    return (target, file);
                }
            }
        }

        throw new InvalidOperationException("There are no targets.");
    }
}

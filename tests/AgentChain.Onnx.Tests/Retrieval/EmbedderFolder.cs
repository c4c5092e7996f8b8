using AgentChain.Onnx.Tests.Fixtures;

namespace AgentChain.Onnx.Tests.Retrieval;

/// <summary>A folder of an encoder's files that a test composes.</summary>
sealed class EmbedderFolder : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agentchain");

    /// <summary>Creates a folder with the graph of a fixture and nothing else.</summary>
    public EmbedderFolder(string graphOf) => File.Copy(Fixture.Path(graphOf, "model.onnx"), System.IO.Path.Combine(Path, "model.onnx"));

    public string Path => _folder.FullName;

    /// <summary>Writes a file, with its folder.</summary>
    public EmbedderFolder With(string file, string text)
    {
        string path = System.IO.Path.Combine(Path, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return this;
    }

    /// <summary>Writes the fixtures' tokenizer, which takes five tokens.</summary>
    public EmbedderFolder WithTokenizer() => With("tokenizer.json", File.ReadAllText(Fixture.Path("tiny-encoder-hidden", "tokenizer.json")));

    /// <summary>Writes a bare vocabulary.</summary>
    public EmbedderFolder WithVocabulary(params string[] more) =>
        With("vocab.txt", string.Join('\n', ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "red", "green", "blue", .. more]) + "\n");

    public void Dispose() => _folder.Delete(recursive: true);
}

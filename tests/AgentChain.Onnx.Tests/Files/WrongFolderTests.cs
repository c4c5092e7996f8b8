using AgentChain.Onnx.Language;
using AgentChain.Onnx.Retrieval;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Endpointing;
using AgentChain.Onnx.Speech.Recognition;
using AgentChain.Onnx.Speech.Synthesis;
using AgentChain.Onnx.Tests.Speech;
using Fixture = AgentChain.Onnx.Tests.Fixtures.Fixture;

namespace AgentChain.Onnx.Tests.Files;

/// <summary>A host that passes the wrong path reads which one, what was looked for, what is there, and what to do.</summary>
public sealed class WrongFolderTests : IDisposable
{
    static readonly OnnxRuntimeHost Host = new();

    static readonly Dictionary<string, Func<string, IDisposable>> Loaders = new()
    {
        ["LanguageModel.Load"] = path => LanguageModel.Load(Host, path),
        ["SentenceEmbedder.Load"] = path => SentenceEmbedder.Load(Host, path),
        ["WhisperRecognizer.Load"] = path => WhisperRecognizer.Load(Host, path),
        ["MoonshineRecognizer.Load"] = path => MoonshineRecognizer.Load(Host, path),
        ["TransducerRecognizer.Load"] = path => TransducerRecognizer.Load(Host, path),
        ["CtcRecognizer.Load"] = path => CtcRecognizer.Load(Host, path),
        ["KokoroVoice.Load"] = path => KokoroVoice.Load(Host, path),
        ["PiperVoice.Load"] = path => PiperVoice.Load(Host, path),
        ["SileroModel.Load"] = path => SileroModel.Load(Host, path),
        ["OnnxRuntimeHost.Load"] = path => Host.Load(path),
    };

    readonly TemporaryFolder _folder = new();

    /// <summary>The loaders that take only a folder, each with a file that it requires.</summary>
    public static TheoryData<string, string> Folders => new()
    {
        { "LanguageModel.Load", "genai_config.json, model.onnx or onnx/model.onnx" },
        { "LanguageModel.Load", "tokenizer.json" },
        { "SentenceEmbedder.Load", "tokenizer.json or vocab.txt" },
        { "WhisperRecognizer.Load", "encoder_model.onnx or onnx/encoder_model.onnx" },
        { "MoonshineRecognizer.Load", "decoder_model_merged.onnx" },
        { "TransducerRecognizer.Load", "joiner.onnx or joiner-*.onnx" },
        { "CtcRecognizer.Load", "recognizer.json" },
        { "KokoroVoice.Load", "voices/*.bin or voices.bin" },
    };

    public static TheoryData<string, string, string> OtherFamilies => new()
    {
        { "LanguageModel.Load", "embedder", "SentenceEmbedder.Load" },
        { "LanguageModel.Load", "voice", "PiperVoice.Load" },
        { "SentenceEmbedder.Load", "language-model", "LanguageModel.Load" },
        { "SentenceEmbedder.Load", "recognizer", "CtcRecognizer.Load" },
        { "WhisperRecognizer.Load", "language-model", "LanguageModel.Load" },
        { "MoonshineRecognizer.Load", "recognizer", "CtcRecognizer.Load" },
        { "TransducerRecognizer.Load", "embedder", "SentenceEmbedder.Load" },
        { "CtcRecognizer.Load", "voice", "PiperVoice.Load" },
        { "KokoroVoice.Load", "voice", "PiperVoice.Load" },
        { "PiperVoice.Load", "recognizer", "CtcRecognizer.Load" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Folders))]
    [InlineData("PiperVoice.Load", "voice.onnx.json")]
    public void Load_EmptyFolder_NamesItTheMissingFilesAndWhatToDo(string loader, string required)
    {
        OnnxModelException error = Fails(loader, _folder.Path);

        Assert.Equal(_folder.Path, error.File);
        Assert.StartsWith($"'{_folder.Path}' cannot be loaded as a ", error.Message, StringComparison.Ordinal);
        Assert.Contains(required, error.Message, StringComparison.Ordinal);
        Assert.Contains("The folder is empty. ", error.Message, StringComparison.Ordinal);
        Assert.Matches(@"empty\. (Export|Pass|models/|If )", error.Message);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Load_MissingFolder_NamesItAndWhatIsBesideIt(string loader, string required)
    {
        Write("minilm/readme.txt");
        string path = Path.Combine(_folder.Path, "minilmm");

        string message = Fails(loader, path).Message;

        Assert.StartsWith($"'{path}' does not exist; the folder of a ", message, StringComparison.Ordinal);
        Assert.Contains(required, message, StringComparison.Ordinal);
        Assert.EndsWith("Its folder contains minilm/.", message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Load_FileInsteadOfFolder_SaysToPassItsFolder(string loader, string required)
    {
        string message = Fails(loader, Write("model.onnx")).Message;

        Assert.Contains("model.onnx' is a file; the folder of a ", message, StringComparison.Ordinal);
        Assert.Contains(required, message, StringComparison.Ordinal);
        Assert.Contains("Pass the folder that contains the file.", message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(OtherFamilies))]
    public void Load_FolderOfAnotherFamily_NamesItsLoader(string loader, string model, string other)
    {
        string folder = Fixture.Models(model);

        OnnxModelException error = Fails(loader, folder);

        Assert.Contains(folder, error.Message + error.File, StringComparison.Ordinal);
        Assert.EndsWith($"load it with {other}.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LanguageModel.Load", "language-model")]
    [InlineData("SentenceEmbedder.Load", "embedder")]
    public void Load_FolderWithoutTokenizer_NamesItAndWhatIsThere(string loader, string model)
    {
        using var folder = new TemporaryFolder(Fixture.Models(model));
        File.Delete(Path.Combine(folder.Path, "tokenizer.json"));

        string message = Fails(loader, folder.Path).Message;

        Assert.Contains("it has no tokenizer.json", message, StringComparison.Ordinal);
        Assert.Matches(@"The folder contains [^.].*model\.onnx", message);
    }

    [Fact]
    public void Load_SubfolderWithTheModel_ShowsItsName()
    {
        Write("all-MiniLM-L6-v2/model.onnx");

        Assert.Contains("The folder contains all-MiniLM-L6-v2/. ", Fails("SentenceEmbedder.Load", _folder.Path).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FolderWithManyFiles_ListsTheFirstOnly()
    {
        for (int i = 0; i < 30; i++)
        {
            Write(FormattableString.Invariant($"note-{i:00}.txt"));
        }

        string message = Fails("CtcRecognizer.Load", _folder.Path).Message;

        Assert.Contains("note-11.txt and 18 more. ", message, StringComparison.Ordinal);
        Assert.DoesNotContain("note-12", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SileroModel.Load")]
    [InlineData("OnnxRuntimeHost.Load")]
    public void Load_FolderInsteadOfFile_SaysWhatIsInIt(string loader)
    {
        Write("silero_vad.onnx");

        string message = Fails(loader, _folder.Path).Message;

        Assert.EndsWith("is a directory, but a file is required. It contains silero_vad.onnx.", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SileroModel.Load", "v.onnx")]
    [InlineData("OnnxRuntimeHost.Load", "v.onnx")]
    [InlineData("PiperVoice.Load", "v.onnx.json")]
    public void Load_MissingFile_SaysWhatIsBesideIt(string loader, string missing)
    {
        Write("other.onnx");

        string message = Fails(loader, Path.Combine(_folder.Path, "v.onnx")).Message;

        Assert.EndsWith($"{missing}' does not exist. Its folder contains other.onnx.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_DamagedFolderOfItsOwnFamily_NamesNoOtherLoader()
    {
        using var folder = new TemporaryFolder(Fixture.Models("language-model"));
        File.WriteAllText(Path.Combine(folder.Path, "genai_config.json"), "{}");

        Assert.DoesNotContain("load it with", Fails("LanguageModel.Load", folder.Path).Message, StringComparison.Ordinal);
    }

    static OnnxModelException Fails(string loader, string path) =>
        Assert.IsType<OnnxModelException>(Record.Exception(() => Loaders[loader](path).Dispose()));

    string Write(string name)
    {
        string path = Path.Combine(_folder.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "");
        return path;
    }
}

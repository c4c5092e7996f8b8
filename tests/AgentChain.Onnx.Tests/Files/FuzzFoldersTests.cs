using AgentChain.Onnx.Tests.Fixtures;
using AgentChain.Onnx.Tests.Retrieval;
using AgentChain.Onnx.Tests.Speech.Recognition;
using AgentChain.Onnx.Tests.Speech.Synthesis;

namespace AgentChain.Onnx.Tests.Files;

/// <summary>
/// The files that <c>eng/fuzz</c> damages for the families without a committed fixture are those of the contract models, so that a seed
/// always gives the same file. With <c>AGENTCHAIN_UPDATE_FUZZ=1</c> they are written anew.
/// </summary>
public sealed class FuzzFoldersTests
{
    private static readonly Dictionary<string, Func<(IDisposable Model, string Path)>> Models = new()
    {
        ["whisper"] = () => Of(new WhisperModel(), m => m.Path),
        ["moonshine"] = () => Of(new MoonshineModel(merged: false), m => m.Path),
        ["transducer"] = () => Of(new TransducerModel(), m => m.Path),
        ["kokoro"] = () => Of(new KokoroModel(sherpa: false), m => m.Path),
        ["kokoro-sherpa"] = () => Of(new KokoroModel(sherpa: true), m => m.Path),
        ["vocabulary"] = () => Of(Vocabulary(), m => m.Path),
    };

    public static TheoryData<string> Names => [.. Models.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Valid_FilesOfAFamily_AreThoseOfItsContractModel(string name)
    {
        string committed = Path.Combine(Path.GetDirectoryName(Fixture.Models())!, "eng", "fuzz", "valid", name);
        (IDisposable model, string path) = Models[name]();
        using (model)
        {
            string[] files = [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(path, f)).Order(StringComparer.Ordinal)];
            if (Environment.GetEnvironmentVariable("AGENTCHAIN_UPDATE_FUZZ") == "1")
            {
                foreach (string file in files)
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(committed, file))!);
                    File.Copy(Path.Combine(path, file), Path.Combine(committed, file), overwrite: true);
                }
            }

            Assert.Equal(files, Directory.EnumerateFiles(committed, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(committed, f)).Order(StringComparer.Ordinal));

            // The weights are sums of a random generator's doubles, whose last bits may depend on the machine.
            Assert.All(files, file => Assert.Equal(new FileInfo(Path.Combine(path, file)).Length, new FileInfo(Path.Combine(committed, file)).Length));
        }
    }

    private static (IDisposable Model, string Path) Of<T>(T model, Func<T, string> path)
        where T : IDisposable => (model, path(model));

    private static EmbedderFolder Vocabulary() => new EmbedderFolder("tiny-encoder-pooled")
        .WithVocabulary("##s", "##ish", "[MASK]")
        .With("1_Pooling/config.json", """{"word_embedding_dimension":4,"pooling_mode_mean_tokens":true}""")
        .With("sentence_bert_config.json", """{"max_seq_length":8,"do_lower_case":false}""")
        .With("config_sentence_transformers.json", """{"prompts":{"query":"red: "}}""")
        .With("tokenizer_config.json", """{"do_lower_case":true,"model_max_length":16,"unk_token":"[UNK]","cls_token":{"content":"[CLS]"},"tokenize_chinese_chars":true,"strip_accents":null}""");
}

using AgentChain.Devices;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Retrieval;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Recognition;
using AgentChain.Onnx.Speech.Synthesis;
using AgentChain.Onnx.Tests.Fixtures;
using SpeechFixture = AgentChain.Onnx.Tests.Speech.Fixture;

namespace AgentChain.Onnx.Tests.Files;

/// <summary>Settings and word lists from an unknown source are refused with their path and field.</summary>
public sealed class ModelFilesTests
{
    readonly OnnxRuntimeHost _host = new();

    [Theory]
    [InlineData("model", "3", "model")]
    [InlineData("model/context_length", "1", "model.context_length")]
    [InlineData("model/context_length", "-1", "model.context_length")]
    [InlineData("model/context_length", "\"160\"", "model.context_length")]
    [InlineData("model/eos_token_id", "[378,-1]", "model.eos_token_id[1]")]
    [InlineData("model/eos_token_id", "\"378\"", "model.eos_token_id")]
    [InlineData("model/decoder/filename", "\"../model.onnx\"", "model.decoder.filename")]
    [InlineData("model/decoder/filename", "\"/etc/passwd\"", "model.decoder.filename")]
    [InlineData("model/decoder/filename", "\"a/../../model.onnx\"", "model.decoder.filename")]
    [InlineData("model/decoder/filename", "\"C:\\\\model.onnx\"", "model.decoder.filename")]
    [InlineData("model/decoder/filename", "\"\"", "model.decoder.filename")]
    [InlineData("model/decoder/filename", "7", "model.decoder.filename")]
    [InlineData("model/decoder/num_hidden_layers", "2147483647", "model.decoder.num_hidden_layers")]
    [InlineData("model/decoder/num_hidden_layers", "\"2\"", "model.decoder.num_hidden_layers")]
    [InlineData("model/decoder/num_key_value_heads", "-2", "model.decoder.num_key_value_heads")]
    [InlineData("model/decoder/head_size", "1e9", "model.decoder.head_size")]
    [InlineData("model/decoder/inputs/past_key_names", "\"past\"", "model.decoder.inputs.past_key_names")]
    [InlineData("model/decoder/inputs/past_names", "\"past_%d\"", "model.decoder.inputs.past_names")]
    [InlineData("model/decoder/outputs", "null", "model.decoder.outputs")]
    [InlineData("model/decoder/sliding_window", "{\"window_size\":4}", "model.decoder.sliding_window")]
    [InlineData("search/past_present_share_buffer", "\"yes\"", "search.past_present_share_buffer")]
    [InlineData("search/num_beams", "4", "search.num_beams")]
    [InlineData("search/repetition_penalty", "-1", "search.repetition_penalty")]
    [InlineData("search/temperature", "\"hot\"", "search.temperature")]
    public void Load_OfAnInvalidLanguageConfiguration_NamesTheField(string field, string json, string named) =>
        AssertRefused(Fixture.Path("tiny-genai"), "genai_config.json", field, json, named, folder => LanguageModel.Load(_host, folder).Dispose());

    [Theory]
    [InlineData("config.json", "max_position_embeddings", "1", "max_position_embeddings")]
    [InlineData("config.json", "num_hidden_layers", "100000", "num_hidden_layers")]
    [InlineData("generation_config.json", "eos_token_id", "{}", "eos_token_id")]
    public void Load_OfAnInvalidOptimumConfiguration_NamesTheField(string file, string field, string json, string named) =>
        AssertRefused(Fixture.Path("tiny-optimum"), file, field, json, named, folder => LanguageModel.Load(_host, folder).Dispose());

    [Theory]
    [InlineData("labels", "[]", "labels")]
    [InlineData("labels", "[\"_\",\" \",null]", "labels[2]")]
    [InlineData("labels", "\"_ 🦊\"", "labels")]
    [InlineData("blank", "9", "blank")]
    [InlineData("blank", "0.5", "blank")]
    [InlineData("sample_rate", "1e300", "sample_rate")]
    [InlineData("stride", "0", "stride")]
    [InlineData("receptive_frames", "2000000000", "receptive_frames")]
    [InlineData("features/mels", "100000", "features.mels")]
    [InlineData("features/frame_length_ms", "1e9", "features.frame_length_ms")]
    [InlineData("features/left_context", "2147483647", "features.left_context")]
    [InlineData("features/left_context", "\"8\"", "features.left_context")]
    [InlineData("features/window", "\"hamming\"", "features.window")]
    [InlineData("features/dither", "1", "features.dither")]
    [InlineData("features/snip_edges", "true", "features.snip_edges")]
    [InlineData("features/remove_dc_offset", "false", "features.remove_dc_offset")]
    [InlineData("features/use_energy", "true", "features.use_energy")]
    [InlineData("beam/alpha", "-1", "beam.alpha")]
    [InlineData("beam/width", "1000000", "beam.width")]
    [InlineData("beam/uniform_weight", "-0.1", "beam.uniform_weight")]
    [InlineData("beam/bigram_weight", "-0.1", "beam.bigram_weight")]
    [InlineData("beam/unknown", "1", "beam.unknown")]
    [InlineData("unknown", "1", "unknown")]
    public void Read_OfInvalidRecognizerSettings_NamesTheField(string field, string json, string named) =>
        AssertRefused(SpeechFixture.Path("tiny-ctc"), "recognizer.json", field, json, named, folder => RecognizerSettings.Read(Path.Combine(folder, "recognizer.json")));

    [Theory]
    [InlineData("audio/sample_rate", "0", "audio.sample_rate")]
    [InlineData("inference/length_scale", "1e9", "inference.length_scale")]
    [InlineData("inference/length_scale", "-1", "inference.length_scale")]
    [InlineData("inference/noise_scale", "-0.5", "inference.noise_scale")]
    [InlineData("inference/noise_w", "\"0\"", "inference.noise_w")]
    [InlineData("num_speakers", "-3", "num_speakers")]
    [InlineData("num_speakers", "2147483647", "num_speakers")]
    [InlineData("speaker_id_map/bob", "3", "speaker_id_map.bob")]
    [InlineData("speaker_id_map", "[]", "speaker_id_map")]
    [InlineData("phoneme_id_map/a", "[-1]", "phoneme_id_map.a[0]")]
    [InlineData("phoneme_id_map/a", "7", "phoneme_id_map.a")]
    [InlineData("phoneme_map", "{\"a\":[\"b\"]}", "phoneme_map")]
    public void Read_OfInvalidVoiceSettings_NamesTheField(string field, string json, string named) =>
        AssertRefused(SpeechFixture.Path("tiny-voice"), "voice.onnx.json", field, json, named, folder => PiperVoiceSettings.Read(Path.Combine(folder, "voice.onnx.json")));

    [Theory]
    [InlineData("pooling_mode_cls_token", "\"true\"", "pooling_mode_cls_token")]
    public void Load_OfAnInvalidPoolingFile_NamesTheField(string field, string json, string named) =>
        AssertRefused(Fixture.Path("tiny-encoder-first"), "1_Pooling/config.json", field, json, named, folder => SentenceEmbedder.Load(_host, folder).Dispose());

    [Theory]
    [InlineData("1_Pooling/config.json", "{\"pooling_mode")]
    [InlineData("1_Pooling/config.json", "")]
    public void Load_OfATruncatedPoolingFile_NamesThePath(string file, string content)
    {
        using var folder = new DamagedFolder(Fixture.Path("tiny-encoder-first"));
        File.WriteAllText(folder.Find(file), content);

        OnnxModelException error = Assert.Throws<OnnxModelException>(() => SentenceEmbedder.Load(_host, folder.Path));

        Assert.Equal((folder.Find(file), null), (error.File, error.Field));
    }

    [Theory]
    [InlineData("lexicon.txt", "a\nab\u0000\n", "line 2")]
    [InlineData("lexicon.txt", "", null)]
    [InlineData("bigrams.tsv", "a\tab\t-2\n", "line 1")]
    [InlineData("bigrams.tsv", "a\tab\t9223372036854775807\n", "line 1")]
    [InlineData("bigrams.tsv", "a\tab\t1\n\na\tab\n", "line 3")]
    public void Load_OfAnInvalidWordList_NamesThePathAndTheLine(string file, string content, string? line)
    {
        using var folder = new DamagedFolder(SpeechFixture.Path("tiny-ctc"));
        File.WriteAllText(folder.Find(file), content);

        OnnxModelException error = Assert.Throws<OnnxModelException>(() => CtcRecognizer.Load(_host, folder.Path));

        Assert.Equal((folder.Find(file), line), (error.File, error.Field));
    }

    [Fact]
    public void Load_WithTheStateShapeOfAnotherGraph_SaysSo()
    {
        using var folder = new DamagedFolder(SpeechFixture.Path("tiny-ctc"));
        folder.Set("recognizer.json", "state_shape", "[2,1,7]");

        Assert.Contains("state_shape [2, 1, 7]", Assert.Throws<OnnxModelException>(() => CtcRecognizer.Load(_host, folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfAWordListWithInvalidUtf8_SaysSo()
    {
        using var folder = new DamagedFolder(SpeechFixture.Path("tiny-ctc"));
        File.WriteAllBytes(folder.Find("lexicon.txt"), [(byte)'a', (byte)'\n', 0xFF, (byte)'\n']);

        Assert.Contains("UTF-8", Assert.Throws<OnnxModelException>(() => CtcRecognizer.Load(_host, folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("recognizer.json")]
    [InlineData("lexicon.txt")]
    [InlineData("bigrams.tsv")]
    [InlineData("recognizer.onnx")]
    public void Load_OfADirectoryInThePlaceOfAFile_SaysSo(string file)
    {
        using var folder = new DamagedFolder(SpeechFixture.Path("tiny-ctc"));
        folder.Occupy(file);

        OnnxModelException error = Assert.Throws<OnnxModelException>(() => CtcRecognizer.Load(_host, folder.Path));

        Assert.Equal(folder.Find(file), error.File);
        Assert.Contains("is a directory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfASparseFileBeyondTheLimit_IsRefusedUnread()
    {
        using var folder = new DamagedFolder(SpeechFixture.Path("tiny-ctc"));
        using (FileStream file = File.OpenWrite(folder.Find("recognizer.json")))
        {
            file.SetLength(1L << 32);
        }

        OnnxModelException error = Assert.Throws<OnnxModelException>(() => RecognizerSettings.Read(folder.Find("recognizer.json")));

        Assert.Contains("4,294,967,296 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_WithATokenThatTheModelLacks_SaysWhichItHas()
    {
        using LanguageModel model = LanguageModel.Load(_host, Fixture.Path("tiny-genai"));
        using var lane = new DeviceLane("test");

        OnnxModelException error = await Assert.ThrowsAnyAsync<OnnxModelException>(async () => await model.Generate(lane, [5, 100_000]).ToTextAsync());

        Assert.Contains("the token 100000", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<OnnxModelException>(async () => await model.PrefillAsync(lane, [5, -1]));
    }

    [Fact]
    public void Synthesize_OfHalfASurrogatePairAndOfEndlessEndings_Speaks()
    {
        using PiperVoice voice = PiperVoice.Load(_host, SpeechFixture.Path("tiny-voice"));

        Assert.Equal(voice.Synthesize("a").Length, voice.Synthesize("a\uD800\uFFFE").Length);
        Assert.NotEmpty(voice.Phonemize("a" + string.Concat(Enumerable.Repeat("'s", 200_000))));
    }

    void AssertRefused(string source, string file, string field, string json, string named, Action<string> load)
    {
        using var folder = new DamagedFolder(source);
        load(folder.Path);
        folder.Set(file, field, json);

        OnnxModelException error = Assert.Throws<OnnxModelException>(() => load(folder.Path));

        Assert.Equal((folder.Find(file), named), (error.File, error.Field));
        Assert.Contains($"'{folder.Find(file)}': '{named}' ", error.Message, StringComparison.Ordinal);
    }
}

using AgentChain.Devices;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tests.Fixtures;

namespace AgentChain.Onnx.Tests.Language;

public sealed class LanguageModelLoadTests : IDisposable
{
    readonly OnnxRuntimeHost _host = new();
    readonly string _folder = Directory.CreateTempSubdirectory("agentchain").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Load_OfAPipeline_SaysHowToExportInstead()
    {
        Write("tiny-genai", c => c.Replace("\"filename\"", "\"pipeline\": [], \"filename\"", StringComparison.Ordinal));

        Assert.Contains("pipeline of several graphs", Fail(), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfAnEncoderDecoder_SaysItIsNone()
    {
        Write("tiny-genai", c => c.Replace("\"decoder\"", "\"encoder\": {}, \"decoder\"", StringComparison.Ordinal).Replace("\"llama\"", "\"whisper\"", StringComparison.Ordinal));

        Assert.Contains("'whisper', which is not a decoder-only", Fail(), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WithRemappedNames_FeedsThoseOfTheConfiguration()
    {
        Write("tiny-genai", c => c.Replace("\"past_key_values.%d.key\"", "\"cache_%d_k\"", StringComparison.Ordinal));

        Assert.Contains("no input 'cache_0_k'", Fail(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_WithoutASharedBuffer_GrowsTheCacheAndGivesTheSame()
    {
        Write("tiny-genai", c => c.Replace("\"past_present_share_buffer\": true", "\"past_present_share_buffer\": false", StringComparison.Ordinal));
        using LanguageModel growing = LanguageModel.Load(_host, _folder), shared = LanguageModel.Load(_host, Fixture.Path("tiny-genai"));
        using var lane = new DeviceLane("test");
        int[] prompt = [5, 80, 33, 61, 7];
        var options = new GenerationOptions { MaxTokens = 30 };

        Assert.Equal(await shared.Generate(lane, prompt, options).ToTextAsync(), await growing.Generate(lane, prompt, options).ToTextAsync());
    }

    [Fact]
    public void Load_WithOneStopTokenAndSampling_ReadsBoth()
    {
        Write("tiny-genai", c => System.Text.RegularExpressions.Regex.Replace(c, "\"eos_token_id\": \\[[^]]*\\]", "\"eos_token_id\": 7")
            .Replace("\"do_sample\": false", "\"do_sample\": true", StringComparison.Ordinal).Replace("\"top_k\": 1", "\"top_k\": 40", StringComparison.Ordinal));

        using LanguageModel model = LanguageModel.Load(_host, _folder);

        // The end of a chat message ends an answer too, whatever the configuration says.
        Assert.Equal([7, model.Tokenizer.Find("<|im_end|>")!.Value], model.StopTokens);
        Assert.Equal((1f, 40), (model.Defaults.Temperature, model.Defaults.TopK));
    }

    [Fact]
    public void Load_OfAFolderWithoutAModel_NamesBothLayouts()
    {
        string message = Fail();

        Assert.Contains("genai_config.json", message, StringComparison.Ordinal);
        Assert.Contains("onnx/model.onnx", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfAFolderWithoutATokenizer_SaysSo()
    {
        Write("tiny-genai", c => c);
        File.Delete(Path.Combine(_folder, "tokenizer.json"));

        Assert.Contains("no tokenizer.json", Fail(), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfADamagedConfiguration_NamesTheFolder()
    {
        Write("tiny-genai", _ => "{");

        Assert.Contains(_folder, Fail(), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfAModelThatKeepsNoPast_SaysToExportItWithPast()
    {
        File.Copy(Fixture.Path("qwen.tokenizer.json"), Path.Combine(_folder, "tokenizer.json"));
        File.Copy(Fixture.Path("affine.onnx"), Path.Combine(_folder, "model.onnx"));

        Assert.Contains("no input 'input_ids'", Fail(), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OntoADeviceThatIsAbsent_ListsThosePresent() =>
        Assert.Contains("available devices: cpu", Assert.Throws<DeviceNotPresentException>(
            () => LanguageModel.Load(_host, Fixture.Path("tiny-genai"), DeviceRequest.Named("cuda:9"))).Message, StringComparison.Ordinal);

    string Fail() => Assert.ThrowsAny<OnnxModelException>(() => LanguageModel.Load(_host, _folder)).Message;

    void Write(string fixture, Func<string, string> change)
    {
        foreach (string file in Directory.GetFiles(Fixture.Path(fixture)))
        {
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        }

        string config = Path.Combine(_folder, "genai_config.json");
        File.WriteAllText(config, change(File.ReadAllText(config)));
    }
}

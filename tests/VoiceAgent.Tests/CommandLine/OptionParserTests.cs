using VoiceAgent.CommandLine;

namespace VoiceAgent.Tests.CommandLine;

public class OptionParserTests
{
    [Fact]
    public void Parse_Nothing_GivesDefaults()
    {
        VoiceAgentOptions options = OptionParser.Parse([]);
        Assert.Empty(options.Questions);
        Assert.Equal("answers", options.OutputFolder);
        Assert.Equal("cpu", options.Device);
        Assert.False(options.RealTime || options.Compare);
        Assert.Equal(Ahead.Full, options.Speculate);
    }

    [Fact]
    public void Parse_FilesAndSaid_KeepsTheirOrder()
    {
        VoiceAgentOptions options = OptionParser.Parse(["a.wav", "--say", "what is my balance", "--customer=kenji", "--", "--odd.wav"]);
        Assert.Equal([new Asked("a.wav", true), new Asked("what is my balance", false), new Asked("--odd.wav", true)], options.Questions);
        Assert.Equal("kenji", options.Customer);
    }

    [Fact]
    public void Parse_FlagsAndValues_AreSet()
    {
        VoiceAgentOptions options = OptionParser.Parse(
            ["--real-time", "--verify", "--out", "there", "--models=m", "--device", "cuda:1", "--silence", "300", "--budget=800", "--tool-time=0"]);
        Assert.True(options.RealTime && options.Verify);
        Assert.Equal(("there", "m", "cuda:1"), (options.OutputFolder, options.ModelFolder, options.Device));
        Assert.Equal((300, 800, 0), (options.EndpointWait.TotalMilliseconds, options.Budget.TotalMilliseconds, options.ToolTime?.TotalMilliseconds));
    }

    [Theory]
    [InlineData("off", 0)]
    [InlineData("tools", 1)]
    [InlineData("full", 2)]
    public void Parse_Speculate_TakesItsThreeLevels(string name, int level)
    {
        Assert.Equal((Ahead)level, OptionParser.Parse(["--speculate", name]).Speculate);
        Assert.Equal(name, SpeculateOption.Name((Ahead)level));
    }

    [Fact]
    public void Parse_Compare_ImpliesRealTime()
    {
        VoiceAgentOptions options = OptionParser.Parse(["--compare", "--speculate=tools"]);
        Assert.True(options.Compare && options.RealTime);
        Assert.Equal(Ahead.Tools, options.Speculate);
    }

    [Fact]
    public void Parse_EndpointAndModel_AreAServer() => Assert.Equal(
        new LanguageServer(new Uri("http://localhost:8080/v1"), "small"),
        OptionParser.Parse(["--model=small", "--endpoint", "http://localhost:8080/v1"]).Server);

    [Fact]
    public void Parse_CompareWithNothing_IsAMistake()
    {
        var error = Assert.Throws<VoiceAgentException>(() => OptionParser.Parse(["--compare", "--speculate", "off"]));
        Assert.Equal(ExitCode.Usage, error.ExitCode);
        Assert.Contains("--speculate tools or full", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--louder", "--louder")]
    [InlineData("-x", "-x")]
    [InlineData("--out", "needs a value")]
    [InlineData("--out=", "needs a value")]
    [InlineData("--say=...", "needs words")]
    [InlineData("--verify=yes", "takes no value")]
    [InlineData("--silence=0", "from 50 to 10000")]
    [InlineData("--endpoint=300", "option --silence")]
    [InlineData("--endpoint=localhost:8080", "http://localhost:8080/v1")]
    [InlineData("--endpoint=ftp://localhost/v1", "'ftp://localhost/v1'")]
    [InlineData("--endpoint=http://localhost:8080/v1", "--endpoint and --model belong together")]
    [InlineData("--model=small", "--endpoint and --model belong together")]
    [InlineData("--model=", "needs a value")]
    [InlineData("--budget=soon", "'soon'")]
    [InlineData("--speculate=wildly", "off, tools or full")]
    [InlineData("--tool-time=9000", "from 0 to 4000")]
    [InlineData("--embedder=huge", "own or minilm")]
    [InlineData("--compare=yes", "takes no value")]
    public void Parse_Mistake_SaysWhichAndPointsToHelp(string argument, string expected)
    {
        var error = Assert.Throws<VoiceAgentException>(() => OptionParser.Parse([argument]));
        Assert.Equal(ExitCode.Usage, error.ExitCode);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.EndsWith("See --help.", error.Message, StringComparison.Ordinal);
    }
}

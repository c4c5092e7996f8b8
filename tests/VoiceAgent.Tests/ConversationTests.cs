using System.Text;
using AgentChain.Onnx.Speech.Audio;
using VoiceAgent.Calls;
using VoiceAgent.CommandLine;
using VoiceAgent.Models;
using VoiceAgent.Showing;

namespace VoiceAgent.Tests;

/// <summary>Questions of one's own: files of any format, typed words, interruptions.</summary>
public sealed class ConversationTests : IDisposable
{
    static readonly IReadOnlyList<BundledQuestion> Questions = QuestionBook.Load(ModelFolder.Questions);

    static readonly BundledQuestion Balance = Questions.First(q => q.Words.EndsWith("what is my balance", StringComparison.Ordinal));

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Files_StereoFloatAndEightBits_AreOneConversationAndHeardAlike()
    {
        PcmAudio original = WavReader.ReadFile(Balance.Path);
        string stereo = _folder.Write("stereo.wav", StereoFloat(original.Resample(44100)));
        string coarse = _folder.Write("coarse.wav", EightBits(original));
        ProgramRun run = await ProgramRun.Of(stereo, coarse, coarse, "--customer", Balance.Customer, "--out", _folder.Path, "--budget", "60000");
        Assert.Equal("", run.Error);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal(["stereo", "coarse", "coarse-2"], run.Turns.Select(t => t.Name));
        Assert.All(run.Turns, t => Assert.Equal(Balance.Words, t["heard"]));
        Assert.Single(run.Output.Split('\n'), line => line.StartsWith("=== ", StringComparison.Ordinal));
        Assert.True(File.Exists(_folder.File("coarse-2.wav")));
        Assert.True(File.Exists(_folder.File("coarse-answer.wav")));
        Assert.Equal(EightBits(original), await File.ReadAllBytesAsync(coarse));
    }

    [Fact]
    public async Task Say_TypedQuestion_IsSpokenHeardAndAnswered()
    {
        ProgramRun run = await ProgramRun.Of("--say", "What is my balance?", "--out", _folder.Path, "--budget", "60000");
        Assert.Equal("", run.Error);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        ShownTurn turn = Assert.Single(run.Turns);
        Assert.InRange(WordErrors.Count("what is my balance", turn["heard"]).Errors, 0, 1);
        Assert.Equal("billing", turn["agent"]);
        Assert.True(File.Exists(_folder.File("said-01.wav")));
    }

    [Fact]
    public async Task Say_AnotherPlan_IsConfirmedFirstAndThenChanged()
    {
        ProgramRun run = await ProgramRun.Of(
            "--say", "Change my plan to silver forty.", "--say", "Yes please.", "--say", "What plan am I on?", "--out", _folder.Path, "--budget", "60000");
        Assert.Equal(("", ExitCode.Success), (run.Error, run.ExitCode));
        Assert.Equal(["", "change_plan plan: silver 40", "look_up_account fact: plan"], run.Turns.Select(t => t["calls"]));
        Assert.Contains("do you want to change to the silver 40 plan?", run.Turns[0]["answer"], StringComparison.Ordinal);
        Assert.Contains("silver 40", run.Turns[2]["answer"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_Question_IsAnsweredTwiceAlikeAndShownSideBySide()
    {
        ProgramRun run = await ProgramRun.Of(Balance.Path, "--compare", "--customer", Balance.Customer, "--out", _folder.Path, "--budget", "60000");
        Assert.Equal("", run.Error);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal(2, run.Turns.Count);
        Assert.Equal(run.Turns[0]["answer"], run.Turns[1]["answer"]);
        Assert.Matches("early work off +early work full", run.Output);
        Assert.Contains("respond/look_up_account", run.Output, StringComparison.Ordinal);
        Assert.Contains("The same answer to 1 of 1 questions, the same samples in 1.", run.Output, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(_folder.Path, "*.wav"));
    }

    [Fact]
    public async Task Interrupted_WhileAnswering_EndsCleanly()
    {
        using var stop = new CancellationTokenSource();
        using var output = new StoppingWriter(stop);
        using var error = new StringWriter();
        int code = await Program.RunAsync([Balance.Path, "--out", _folder.Path, "--budget", "60000"], output, error, stop.Token);
        Assert.Equal(ExitCode.Interrupted, code);
        Assert.Equal("Interrupted.", error.ToString().Trim());
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.wav"));
    }

    [Fact]
    public async Task Budget_FarTooSmall_EndsTheTurnAndSaysSo()
    {
        ProgramRun run = await ProgramRun.Of(Balance.Path, "--out", _folder.Path, "--budget", "10", "--speculate", "off");
        Assert.Equal(ExitCode.TurnNotCompleted, run.ExitCode);
        Assert.Contains("DeadlineExceeded", run.Output, StringComparison.Ordinal);
        // The chain's budget, or the part of it that a block gets; which one ends first depends on the machine.
        Assert.Matches("(The chain exceeded its budget of 10 ms|Block 'respond' exceeded its budget of [0-9]+ ms)", run.Output);
        Assert.Equal("", run.Error);
    }

    static byte[] StereoFloat(PcmAudio audio)
    {
        using var stream = new MemoryStream();
        using (var writer = new WavWriter(stream, audio.SampleRate, 2, WavEncoding.IeeeFloat))
        {
            writer.Write([.. audio.Samples.ToArray().SelectMany(s => new[] { s, s })]);
        }

        return stream.ToArray();
    }

    static byte[] EightBits(PcmAudio audio)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.ASCII);
        writer.Write("RIFF"u8);
        writer.Write(36 + audio.Length);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)1);
        writer.Write(audio.SampleRate);
        writer.Write(audio.SampleRate);
        writer.Write((short)1);
        writer.Write((short)8);
        writer.Write("data"u8);
        writer.Write(audio.Length);
        foreach (float sample in audio.Samples.Span)
        {
            writer.Write((byte)Math.Clamp((int)MathF.Round(sample * 128) + 128, 0, 255));
        }

        return stream.ToArray();
    }

    /// <summary>Fires a token as soon as an answer is being written.</summary>
    sealed class StoppingWriter(CancellationTokenSource stop) : StringWriter
    {
        public override void Write(string? value)
        {
            base.Write(value);
            if (value?.Contains("answer", StringComparison.Ordinal) == true)
            {
                stop.Cancel();
            }
        }
    }
}

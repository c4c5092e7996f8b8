using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using AgentChain.Onnx.Speech.Audio;
using VoiceAgent.CommandLine;

namespace VoiceAgent.Tests;

/// <summary>Whatever is wrong: one clear line, the right exit code, no stack trace, nothing answered.</summary>
public sealed class ErrorTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Help_Asked_ShowsOptionsExamplesAndExitCodes()
    {
        ProgramRun run = await ProgramRun.Of("--help");
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.All(["--say", "--customer", "--real-time", "--speculate", "--compare", "--verify", "--out", "--models", "--device", "EXAMPLES", "EXIT CODES"], part => Assert.Contains(part, run.Output, StringComparison.Ordinal));
        Assert.Empty(run.Error);
    }

    [Fact]
    public Task File_Missing_IsReported() => Refused(ExitCode.Input, "does not exist", _folder.File("nowhere.wav"));

    [Fact]
    public Task File_EmptyName_IsReported() => Refused(ExitCode.Input, "name of the file is empty", "");

    [Fact]
    public async Task Say_OtherScript_IsReported()
    {
        ProgramRun run = await ProgramRun.Of("--out", _folder.Path, "--say", "\u4f60\u597d\u5417");
        Assert.Equal(ExitCode.Input, run.ExitCode);
        Assert.Contains("the voice speaks none of its words", Assert.Single(run.Error.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Say_TwoHundredWordsWithoutAStop_AreHeard()
    {
        string words = string.Join(' ', Enumerable.Repeat("what is my balance please", 40));
        ProgramRun run = await ProgramRun.Of("--out", _folder.Path, "--budget", "600000", "--say", words);
        Assert.Empty(run.Error);
        Assert.Contains("balance", run.Turns[0]["heard"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_PipeWithoutAWriter_EndsWithCtrlC()
    {
        string pipe = _folder.File("pipe");
        using (Process make = Process.Start("mkfifo", pipe))
        {
            await make.WaitForExitAsync();
        }

        using var stop = new CancellationTokenSource();
        Task<ProgramRun> run = ProgramRun.Of(stop.Token, pipe);
        await Task.Delay(200);
        Assert.False(run.IsCompleted);
        await stop.CancelAsync();
        ProgramRun ended = await run.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal((ExitCode.Interrupted, "Interrupted."), (ended.ExitCode, ended.Error.Trim()));

        // For reading too: it then opens without waiting for another end, and lets the reader go.
        using var writer = new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite);
    }

    [Fact]
    public async Task File_Damaged_IsNamedOnce()
    {
        string file = _folder.Write("text.wav", "once upon a time there was no sound"u8.ToArray());

        ProgramRun run = await ProgramRun.Of(file);

        Assert.StartsWith($"Cannot read '{file}': ", run.Error, StringComparison.Ordinal);
        Assert.Equal(2, run.Error.Split("text.wav").Length);
    }

    [Fact]
    public Task Folder_Missing_IsReported() => Refused(ExitCode.Input, "It does not exist.", _folder.File("none/nowhere.wav"));

    [Fact]
    public Task File_Folder_IsReported() => Refused(ExitCode.Input, "folder", _folder.Path);

    [Fact]
    public Task File_Empty_IsReported() => Refused(ExitCode.Input, "empty", _folder.Write("empty.wav", []));

    [Fact]
    public Task File_NoWave_IsReported() => Refused(ExitCode.Input, "not a WAV file", _folder.Write("text.wav", "once upon a time there was no sound"u8.ToArray()));

    [Fact]
    public Task File_Truncated_IsReported()
    {
        byte[] whole = Wave(Tone());
        return Refused(ExitCode.Input, "", _folder.Write("cut.wav", whole[..(whole.Length / 2)]));
    }

    [Fact]
    public Task File_WithoutSamples_IsReported() => Refused(ExitCode.Input, "", _folder.Write("none.wav", Wave(PcmAudio.Adopt([], 16000))));

    [Fact]
    public Task File_UnknownCodec_IsReported()
    {
        byte[] bytes = Wave(Tone());
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(20), 0x55);
        return Refused(ExitCode.Input, "0x0055", _folder.Write("mp3.wav", bytes));
    }

    [Fact]
    public Task File_Silent_IsReported() => Refused(ExitCode.Input, "silent", _folder.Write("silent.wav", Wave(PcmAudio.Silence(TimeSpan.FromSeconds(1), 16000))));

    [Fact]
    public Task File_SecondOneMissing_IsReportedBeforeTheFirstIsAnswered() =>
        Refused(ExitCode.Input, "does not exist", _folder.Write("tone.wav", Wave(Tone())), _folder.File("nowhere.wav"));

    [Fact]
    public Task Output_BelowAFile_IsReported() =>
        Refused(ExitCode.Output, "Cannot write", "--out", Path.Combine(_folder.Write("file", [1]), "answers"), _folder.Write("tone.wav", Wave(Tone())));

    [Fact]
    public Task Option_Unknown_IsReported() => Refused(ExitCode.Usage, "--loud", "--loud");

    [Fact]
    public async Task Arguments_WithLineBreaks_AreReportedInOneLine()
    {
        await Refused(ExitCode.Usage, "--lo ud", "--lo\nud");
        await Refused(ExitCode.Input, "no where.wav", "no\r\nwhere.wav");
        await Refused(ExitCode.Usage, "Unknown customer 'no body'", "--say", "hello", "--customer", "no\nbody");
    }

    [Fact]
    public async Task Output_CannotBeWritten_IsReported()
    {
        using var error = new StringWriter();
        Assert.Equal(ExitCode.Output, await Program.RunAsync(["--help"], new FullDisk(), error, CancellationToken.None));
        Assert.Equal("The output cannot be written: No space left on device", error.ToString().Trim());
    }

    [Fact]
    public async Task Error_CannotBeWritten_LeavesTheExitCode() =>
        Assert.Equal(ExitCode.Usage, await Program.RunAsync(["--loud"], TextWriter.Null, new FullDisk(), CancellationToken.None));

    [Fact]
    public Task Customer_Unknown_IsReportedWithThoseThereAre() => Refused(ExitCode.Usage, "maria lopez", "--say", "hello", "--customer", "nobody");

    [Fact]
    public Task Device_Absent_IsReportedWithThoseThereAre() =>
        Refused(ExitCode.Usage, "cpu", "--say", "hello", "--device", "abacus:7", "--out", _folder.Path);

    [Fact]
    public Task Models_Absent_AreReported() => Refused(ExitCode.Models, "--models", "--say", "hello", "--models", _folder.File("none"), "--out", _folder.Path);

    [Fact]
    public Task Embedder_NotInTheBuild_IsReportedWithTheBuildThatHasIt() =>
        Refused(ExitCode.Models, "-p:MiniLM=true", "--say", "hello", "--embedder", "minilm", "--out", _folder.Path);

    [Fact]
    public Task Models_Incomplete_AreReportedByName()
    {
        foreach (string model in new[] { "recognizer", "language-model", "embedder" })
        {
            Directory.CreateDirectory(_folder.File(model));
        }

        return Refused(ExitCode.Models, "has no voice", "--say", "hello", "--models", _folder.Path, "--out", _folder.Path);
    }

    [Fact]
    public Task Models_Empty_AreReported()
    {
        foreach (string model in new[] { "recognizer", "language-model", "embedder", "voice" })
        {
            Directory.CreateDirectory(_folder.File(model));
        }

        return Refused(ExitCode.Models, "recognizer", "--say", "hello", "--models", _folder.Path, "--out", _folder.Path);
    }

    [Fact]
    public async Task Token_FiredBefore_EndsInterrupted()
    {
        ProgramRun run = await ProgramRun.Of(new CancellationToken(canceled: true), "--say", "hello", "--out", _folder.Path);
        Assert.Equal(ExitCode.Interrupted, run.ExitCode);
        Assert.Equal("Interrupted.", run.Error.Trim());
    }

    static async Task Refused(int exitCode, string part, params string[] arguments)
    {
        ProgramRun run = await ProgramRun.Of(arguments);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Single(run.Error.Trim().Split('\n'));
        Assert.All(arguments.Where(Path.IsPathRooted), path => Assert.InRange(run.Error.Split(path + "'").Length, 1, 2));
        Assert.Contains(part, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    /// <summary>Refuses every text, as standard output does if it is a file on a full disk.</summary>
    sealed class FullDisk : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => throw new IOException("No space left on device");
    }

    static PcmAudio Tone() => PcmAudio.Adopt([.. Enumerable.Range(0, 16000).Select(i => 0.3f * MathF.Sin(i * 0.2f))], 16000);

    static byte[] Wave(PcmAudio audio)
    {
        using var stream = new MemoryStream();
        using (var writer = new WavWriter(stream, audio.SampleRate))
        {
            writer.Write(audio.Samples.Span);
        }

        return stream.ToArray();
    }
}

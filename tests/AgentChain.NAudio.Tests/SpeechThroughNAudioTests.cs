using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Audio;
using AgentChain.Onnx.Speech.Recognition;
using AgentChain.Onnx.Speech.Synthesis;
using NAudio.Wave;

namespace AgentChain.NAudio.Tests;

public sealed class SpeechThroughNAudioTests
{
    [Fact]
    public async Task Chain_FileInFileOut_HearsAndAnswersAsWithoutNAudio()
    {
        OnnxRuntimeHost host = new();
        using CtcRecognizer recognizer = CtcRecognizer.Load(host, Models("recognizer"));
        using PiperVoice voice = PiperVoice.Load(host, Models("voice"));
        using LiveRecognitionBlock listen = new(recognizer);
        Transcript? heard = null;
        await using Chain<IAsyncEnumerable<PcmAudio>, PcmAudio> chain = Chain.From<IAsyncEnumerable<PcmAudio>>("call")
            .Revise("listen", listen, o => o.On("cpu").LiveInput())
            .Then("answer", transcript => (heard = transcript).Words)
            .Then("speak", new SpeechSynthesisBlock(voice), o => o.On("cpu"))
            .Build();
        using MemoryStream question = Question(), answer = new();

        using (WaveFileReader reader = new(question))
        using (WaveFileWriter writer = new(new Undisposed(answer), new WaveFormat(voice.SampleRate, 16, 1)))
        {
            IAudioSource source = reader.ToAudioSource();
            Assert.Equal((44100, 2), (source.SampleRate, source.Channels));
            Task<PcmAudio> spoken = chain.RunAsync(source.ReadInPieces(50.Milliseconds()).ToAsyncEnumerable()).AsTask();
            writer.Write(await spoken.WaitAsync(TimeSpan.FromMinutes(1)));
        }

        Assert.Equal(await HeardDirectlyAsync(recognizer), heard!.Words);
        answer.Position = 0;
        using WaveFileReader written = new(answer);
        Assert.InRange(written.TotalTime.TotalSeconds, 0.5, 20);
        Assert.False(AudioLevel.IsSilent(written.ToPcmAudio()));
    }

    private static async Task<string> HeardDirectlyAsync(CtcRecognizer recognizer)
    {
        using RecognitionBlock listen = new(recognizer);
        await using Chain<PcmAudio, Transcript> chain = Chain.From<PcmAudio>("direct").Revise("listen", listen, o => o.On("cpu")).Build();
        return (await chain.RunAsync(Reference()).AsTask().WaitAsync(TimeSpan.FromMinutes(1))).Words;
    }

    /// <summary>The reference recording as another program may have stored it: 44.1 kHz, stereo, 24 bits.</summary>
    private static MemoryStream Question()
    {
        MemoryStream file = new();
        using (WaveFileWriter writer = new(new Undisposed(file), new WaveFormat(44100, 24, 2)))
        {
            writer.Write(Reference().Resample(44100));
        }

        file.Position = 0;
        return file;
    }

    private static PcmAudio Reference() => WavReader.ReadFile(Path.Combine(Models("recognizer"), "reference.wav"));

    private static string Models(string name)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AgentChain.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.FullName ?? throw new DirectoryNotFoundException("No folder above holds AgentChain.sln."), "models", name);
    }
}

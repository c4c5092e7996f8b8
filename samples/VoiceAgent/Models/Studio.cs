using AgentChain;
using AgentChain.Blocks.Sentences;
using AgentChain.Onnx.Speech.Audio;
using AgentChain.Onnx.Speech.Normalization;
using AgentChain.Onnx.Speech.Recognition;
using VoiceAgent.CommandLine;

namespace VoiceAgent.Models;

/// <summary>Speaks questions with our own voice, and transcribes answers with our own recognizer, in two small chains.</summary>
sealed class Studio : IAsyncDisposable
{
    const float Level = 0.5f;
    const float Noise = 0.001f;
    static readonly TimeSpan Before = TimeSpan.FromMilliseconds(300);
    static readonly TimeSpan Behind = TimeSpan.FromMilliseconds(800);

    readonly StreamChain<string, PcmAudio> _say;
    readonly Chain<PcmAudio, Transcript> _hear;

    public Studio(VoiceModels models)
    {
        var options = new ChainOptions { Devices = models.Devices };
        _say = Chain.From<string>("say")
            .Stream("text", (text, _) => Once(text))
            .Regroup("sentences", SentenceChunker.Default)
            .ThenEach("words", TextNormalizer.Normalize)
            .StreamEach("speak", models.Voice, o => o.On(models.Device))
            .Build(options);
        _hear = Chain.From<PcmAudio>("hear")
            .Revise("listen", models.Recognizer, o => o.On(models.Device))
            .Build(options);
    }

    /// <summary>Speaks a question as a microphone in a quiet room would record it.</summary>
    public async Task<PcmAudio> SayAsync(string question, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<PcmAudio> pieces = await _say.RunToListAsync(question, cancellationToken);
            return pieces.Any(piece => piece.Length > 0)
                ? InRoom(PcmAudio.Concat(pieces))
                : throw Wrong(question, "the voice speaks none of its words; it knows English words and numbers.");
        }
        catch (TurnException problem)
        {
            throw Wrong(question, problem.InnerException?.Message ?? problem.Message);
        }
    }

    static VoiceAgentException Wrong(string question, string message) =>
        new(ExitCode.Input, $"Cannot say '{(question.Length > 80 ? question[..80] + "..." : question)}': {message}");

    /// <summary>Transcribes a recording.</summary>
    /// <returns>The words.</returns>
    public async Task<string> HearAsync(PcmAudio audio, CancellationToken cancellationToken) =>
        (await _hear.RunAsync(InRoom(audio), cancellationToken)).Words;

    /// <summary>Adds a normal level, surrounding silence and faint noise, as a recognizer expects of a recording.</summary>
    static PcmAudio InRoom(PcmAudio speech)
    {
        float gain = Level / Math.Max(AudioLevel.Peak(speech.Samples.Span), Noise);
        int before = (int)(speech.SampleRate * Before.TotalSeconds), behind = (int)(speech.SampleRate * Behind.TotalSeconds);
        float[] recorded = new float[before + speech.Length + behind];
        var random = new Random(1);
        for (int i = 0; i < recorded.Length; i++)
        {
            int at = i - before;
            float said = at >= 0 && at < speech.Length ? speech.Samples.Span[at] * gain : 0;
            recorded[i] = said + (Noise * ((2 * random.NextSingle()) - 1));
        }

        return PcmAudio.Adopt(recorded, speech.SampleRate);
    }

    static async IAsyncEnumerable<string> Once(string text)
    {
        await Task.CompletedTask;
        yield return text;
    }

    public async ValueTask DisposeAsync()
    {
        await _say.DisposeAsync();
        await _hear.DisposeAsync();
    }
}

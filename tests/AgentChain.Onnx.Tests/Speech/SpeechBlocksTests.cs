using System.Runtime.CompilerServices;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Audio;
using AgentChain.Onnx.Speech.Endpointing;
using AgentChain.Onnx.Speech.Normalization;
using AgentChain.Onnx.Speech.Recognition;
using AgentChain.Onnx.Speech.Synthesis;
using AgentChain.Onnx.Tests.Speech.Endpointing;

namespace AgentChain.Onnx.Tests.Speech;

public sealed class SpeechBlocksTests : IDisposable
{
    private static readonly string Models = Fixtures.Fixture.Models("recognizer");
    private readonly CtcRecognizer _recognizer;
    private readonly RecognitionBlock _listen;
    private readonly PiperVoice _voice;
    private readonly PcmAudio _question = WavReader.ReadFile(Path.Combine(Models, "reference.wav"));

    public SpeechBlocksTests()
    {
        OnnxRuntimeHost host = new();
        _recognizer = CtcRecognizer.Load(host, Models);
        _listen = new RecognitionBlock(_recognizer);
        _voice = PiperVoice.Load(host, Fixtures.Fixture.Models("voice"));
    }

    public void Dispose()
    {
        _listen.Dispose();
        _recognizer.Dispose();
        _voice.Dispose();
    }

    [Fact]
    public async Task Listen_Recording_PublishesGrowingWordsThenTheFinalOnes()
    {
        List<Hypothesis<Transcript>> seen = [];
        await using Chain<PcmAudio, Transcript> chain = Listening(seen);
        await chain.WarmUpAsync();
        seen.Clear();

        Transcript final = await chain.RunAsync(_question);

        Assert.True(final.HasSpeech);
        Assert.NotEqual("", final.Words);
        Assert.True(seen.Count >= 3, $"{seen.Count} hypotheses");
        Assert.Equal(final, seen[^1].Value);
        Assert.All(seen, h => Assert.InRange(h.Probability, 0, 1));
        string[] words = final.Words.Split(' ');
        foreach (Hypothesis<Transcript> hypothesis in seen)
        {
            string[] stable = [.. hypothesis.Value.Words.Split(' ').Take(hypothesis.Value.StableWords)];
            Assert.Equal(stable, words.Take(stable.Length));
        }
    }

    [Fact]
    public async Task Listen_ManyTurnsAtOnce_GiveTheSame()
    {
        await using Chain<PcmAudio, Transcript> chain = Listening([]);
        Transcript alone = await chain.RunAsync(_question);

        Transcript[] together = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => chain.RunAsync(i % 2 == 0 ? _question : _question.Resample(22050)).AsTask()));

        Assert.All(together, t => Assert.Equal(alone.Words, t.Words));
    }

    [Fact]
    public async Task Listen_OwnDetector_EachTurnGetsOneAndDisposesIt()
    {
        List<ScriptedDetector> created = [];
        ScriptedDetector Create(int rate)
        {
            ScriptedDetector detector = new(rate, 160, Enumerable.Repeat(1f, 200).ToArray());
            created.Add(detector);
            return detector;
        }

        using RecognitionBlock listen = new(_recognizer, new RecognitionBlockOptions { Endpointing = new EndpointerOptions { CreateDetector = Create } });
        await using Chain<PcmAudio, Transcript> chain = Chain.From<PcmAudio>("listening").Revise("listen", listen, o => o.On("cpu")).Build();
        PcmAudio silence = PcmAudio.Silence(TimeSpan.FromSeconds(2), 16_000);

        Assert.True((await chain.RunAsync(silence)).HasSpeech);
        int afterTheFirst = created.Count;
        Assert.True((await chain.RunAsync(silence)).HasSpeech);

        Assert.Equal(afterTheFirst + 1, created.Count);
        Assert.All(created, detector => Assert.True(detector.IsDisposed));
    }

    [Fact]
    public async Task Listen_DetectorOfAnotherRate_FailsTheTurnAndNamesTheOption()
    {
        RecognitionBlockOptions options = new() { Endpointing = new EndpointerOptions { CreateDetector = _ => new ScriptedDetector(8000, 80, []) } };
        using RecognitionBlock listen = new(_recognizer, options);
        await using Chain<PcmAudio, Transcript> chain = Chain.From<PcmAudio>("listening").Revise("listen", listen, o => o.On("cpu")).Build();

        Exception error = await Assert.ThrowsAnyAsync<Exception>(() => chain.RunAsync(_question).AsTask());

        Assert.Contains("CreateDetector takes 8000 Hz", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listen_Silence_SaysThatNobodySpoke()
    {
        await using Chain<PcmAudio, Transcript> chain = Listening([]);
        Assert.Equal(Transcript.Silence, await chain.RunAsync(PcmAudio.Silence(TimeSpan.FromSeconds(2), 16000)));
        Assert.Equal(Transcript.Silence, await chain.RunAsync(new PcmAudio([], 8000)));
        Assert.Equal(Transcript.Silence, await chain.RunAsync(new PcmAudio(Fixture.Noise(30_000, 0.001f), 44100)));
    }

    [Fact]
    public async Task Listen_LiveChunks_StopsAtTheFirstLongPause()
    {
        using LiveRecognitionBlock listen = new(_recognizer);
        await using Chain<IAsyncEnumerable<PcmAudio>, Transcript> chain = Chain.From<IAsyncEnumerable<PcmAudio>>("live")
            .Revise("listen", listen, o => o.On("cpu").LiveInput())
            .Build();
        PcmAudio silence = new(Fixture.Noise(16_000, 0.0005f), 16_000);
        PcmAudio audio = PcmAudio.Concat([_question, silence, silence, _question]);
        int read = 0;

        Turn<Transcript> turn = chain.Start(Chunks());
        Transcript? heard = null;
        await foreach (Transcript transcript in turn.Output)
        {
            heard = transcript;
        }

        TurnResult result = await turn.Completion;
        Assert.Equal(TurnOutcome.Completed, result.Outcome);
        await using Chain<PcmAudio, Transcript> whole = Listening([]);
        Assert.Equal((await whole.RunAsync(_question)).Words, heard!.Words);
        Assert.True(read < _question.Length + 2 * silence.Length, "it listened on into the second question");
        Assert.NotNull(result.Report.InputEnded);

        async IAsyncEnumerable<PcmAudio> Chunks([EnumeratorCancellation] CancellationToken token = default)
        {
            for (; read < audio.Length; read += 800)
            {
                await Task.Yield();
                token.ThrowIfCancellationRequested();
                yield return audio.Slice(read, Math.Min(800, audio.Length - read));
            }
        }
    }

    [Fact]
    public async Task Listen_LiveSilence_IsPublishedAsItGrowsWithWhatIsLeftOfIt()
    {
        using LiveRecognitionBlock listen = new(_recognizer);
        List<Hypothesis<Transcript>> seen = [];
        await using Chain<IAsyncEnumerable<PcmAudio>, Transcript> chain = Chain.From<IAsyncEnumerable<PcmAudio>>("live")
            .Revise("listen", listen, o => o.On("cpu").LiveInput().OnHypothesis((h, _) => seen.Add(h)))
            .Build();

        await chain.RunAsync(Chunks());

        Assert.Equal(default, seen[^1].Features);
        Hypothesis<Transcript>[] tentative = [.. seen.SkipLast(1)];
        Assert.All(tentative, h =>
        {
            Assert.InRange(h.Features.Stability!.Value, 0, 1);
            Assert.InRange(h.Features.EndOfTurn!.Value, 0, 1);
            Assert.Equal(h.Features.Silence > TimeSpan.Zero ? 500.Milliseconds() - h.Features.Silence : null, h.Features.TimeToFinal);
        });
        double[] silence = [.. tentative.Select(h => h.Features.Silence!.Value.TotalMilliseconds).Reverse().TakeWhile(s => s >= 100).Reverse()];
        Assert.Equal([1, 2, 3, 4], silence.Select(s => (int)(s / 100)).Distinct());

        async IAsyncEnumerable<PcmAudio> Chunks()
        {
            PcmAudio audio = PcmAudio.Concat([_question, new(Fixture.Noise(16_000, 0.0005f), 16_000)]);
            for (int at = 0; at < audio.Length; at += 800)
            {
                await Task.Yield();
                yield return audio.Slice(at, Math.Min(800, audio.Length - at));
            }
        }
    }

    [Fact]
    public async Task Listen_Cancelled_LeavesTheBlockUsable()
    {
        await using Chain<PcmAudio, Transcript> chain = Listening([]);
        Transcript expected = await chain.RunAsync(_question);
        for (int i = 0; i < 5; i++)
        {
            using CancellationTokenSource cancel = new();
            Turn<Transcript> turn = chain.Start(_question, cancel.Token);
            await cancel.CancelAsync();
            await turn.Completion;
            await turn.DisposeAsync();
        }

        Assert.Equal(expected, await chain.RunAsync(_question));
        Assert.Equal(0, chain.DetachedBlocks);
    }

    [Fact]
    public void Build_WithoutADevice_SaysHowToAddOne()
    {
        Says(() => Chain.From<PcmAudio>("test").Revise("listen", _listen).Build(), "listen");
        Says(() => Chain.From<string>("test").Then("speak", new SpeechSynthesisBlock(_voice)).Build(), "speak");

        static void Says(Func<object> build, string name) =>
            Assert.Contains($"'{name}' needs a lane of cpu; add it with o => o.On(\"cpu\")", Assert.Throws<ChainValidationException>(build).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Speak_TextAndSentences_GiveTheSameWords()
    {
        SpeechSynthesisBlock speak = new(_voice, new SpeechStyle { NoiseScale = 0, NoiseWidth = 0 });
        await using Chain<string, PcmAudio> whole = Chain.From<string>("whole").Then("speak", speak, o => o.On("cpu")).Build();
        await using StreamChain<string, PcmAudio> sentences = Chain.From<string>("sentences").Stream("speak", speak, o => o.On("cpu")).Build();
        await whole.WarmUpAsync();
        const string First = "your balance is $42.50.", Second = "your visit is at 9 a.m. on monday.";

        IReadOnlyList<PcmAudio> parts = await sentences.RunToListAsync(First + " " + Second);

        Assert.Equal(2, parts.Count);
        Assert.Equal((await whole.RunAsync(First)).Samples.ToArray(), parts[0].Samples.ToArray());
        Assert.Equal((await whole.RunAsync(Second)).Samples.ToArray(), parts[1].Samples.ToArray());
        Assert.Empty(await sentences.RunToListAsync("  "));
    }

    [Fact]
    public async Task Speak_ThenListen_HearsItsOwnAnswers()
    {
        // Both models and everything around them: text to sound by one, sound to text by the other.
        string[] answers =
        [
            "your balance is $42.50. it is due on march 3.", "your account number is 482913.", "you have 26 gigabytes of data left.",
            "your plan costs $19.99 per month.", "the technician will visit on monday at 9 am in london.", "i am sorry, i do not have that information.",
            "your order was shipped on november 7. it is on the way to you.", "we have the card ending in 3516.",
        ];
        SpeechSynthesisBlock speak = new(_voice, new SpeechStyle { NoiseScale = 0 });
        await using Chain<string, Transcript> chain = Chain.From<string>("loop")
            .Then("speak", speak, o => o.On("cpu"))
            .Revise("listen", _listen, o => o.On("cpu"))
            .Build();
        int wrong = 0, words = 0;
        List<string> heard = [];
        foreach (string answer in answers)
        {
            string[] said = Said(answer), back = (await chain.RunAsync(answer)).Words.Split(' ');
            words += said.Length;
            wrong += said.Except(back).Count() + Math.Abs(said.Length - back.Length);
            heard.Add(string.Join(' ', back));
        }

        Assert.True(wrong <= 0.15 * words, $"{wrong} of {words} words are wrong: {string.Join("; ", heard)}");
    }

    private static string[] Said(string answer) =>
        new string([.. TextNormalizer.Normalize(answer).Where(c => char.IsLetter(c) || c is ' ' or '\'')]).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private Chain<PcmAudio, Transcript> Listening(List<Hypothesis<Transcript>> seen) =>
        Chain.From<PcmAudio>("test").Revise("listen", _listen, o => o.On("cpu").OnHypothesis((h, _) => seen.Add(h))).Build();
}

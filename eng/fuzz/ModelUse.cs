using AgentChain.Devices;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Retrieval;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Audio;
using AgentChain.Onnx.Speech.Recognition;
using AgentChain.Onnx.Speech.Synthesis;
using AgentChain.Onnx.Tokenization;

namespace AgentChain.Fuzz;

/// <summary>Loads models and uses them as a host does.</summary>
static class ModelUse
{
    static readonly OnnxRuntimeHost Host = new();

    static readonly string[] Texts =
    [
        "", "a", "the quick brown fox doesn't jump", "un[UNK]affable <|im_end|>  \n\t 123 3.14",
        "привет 世界 🦊👍🏽 é e\u0301 ﬁ \uFFFE \uD800 \u0000", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
        new string(' ', 500) + "x", string.Concat(Enumerable.Repeat("ab cd, ", 300)),
    ];

    public static Task Tokenizer(string folder)
    {
        Use(TokenizerReader.Load(Path.Combine(folder, "tokenizer.json")));
        return Task.CompletedTask;
    }

    public static async Task Language(string folder)
    {
        using LanguageModel model = LanguageModel.Load(Host, folder);
        using var lane = new DeviceLane("fuzz");
        await model.WarmUpAsync(lane);
        GenerationOptions options = model.Defaults with { MaxTokens = 3, Seed = 1 };
        await model.Generate(lane, [1], options).ToTextAsync();
        var prompt = new ChatPrompt([new ChatMessage(ChatRole.User, "the quick fox")]);
        IReadOnlyList<int> ids = model.Format is null ? model.Tokenizer.Encode("the quick fox") : model.Encode(prompt);
        if (ids.Count > 0 && ids.Count <= model.MaxLength)
        {
            await model.PrefillAsync(lane, ids);
            await model.Generate(lane, ids, options).ToTextAsync();
        }
    }

    public static Task Encoder(string folder)
    {
        using SentenceEmbedder embedder = SentenceEmbedder.Load(Host, folder);
        embedder.Embed("the cat");
        embedder.Embed("");
        return Task.CompletedTask;
    }

    public static Task Recognizer(string folder)
    {
        using CtcRecognizer recognizer = CtcRecognizer.Load(Host, folder);
        using CtcRecognizerStream stream = recognizer.CreateStream(16_000);
        stream.Accept(Noise());
        _ = stream.Current;
        stream.Accept(new float[4_000]);
        _ = stream.Ending;
        stream.Finish();
        return Task.CompletedTask;
    }

    public static Task Whisper(string folder)
    {
        using WhisperRecognizer recognizer = WhisperRecognizer.Load(Host, folder, options: new() { MaxTokens = 8, Prompt = "ab c" });
        recognizer.Recognize(new PcmAudio(Noise(), 16_000));
        return Task.CompletedTask;
    }

    public static Task Moonshine(string folder)
    {
        using MoonshineRecognizer recognizer = MoonshineRecognizer.Load(Host, folder);
        recognizer.Recognize(new PcmAudio(Noise(), 16_000));
        return Task.CompletedTask;
    }

    public static Task Transducer(string folder)
    {
        using TransducerRecognizer recognizer = TransducerRecognizer.Load(Host, folder, options: new() { MaxTokensPerOutput = 3 });
        using IRecognizerStream stream = recognizer.CreateStream();
        stream.Accept(Noise());
        _ = stream.Current;
        _ = stream.Ending;
        stream.Finish();
        stream.Reset();
        stream.Finish();
        return Task.CompletedTask;
    }

    public static Task Kokoro(string folder)
    {
        using KokoroVoice voice = KokoroVoice.Load(Host, folder);
        voice.Synthesize("ab, a.");
        voice.Synthesize("b \uD800 12", new SpeechStyle { Speaker = voice.Speakers[^1] });
        return Task.CompletedTask;
    }

    public static Task Voice(string folder)
    {
        using PiperVoice voice = PiperVoice.Load(Host, folder);
        voice.Synthesize("a bar");
        var style = new SpeechStyle { Speed = 4, Speaker = voice.Settings.SpeakerIds.Keys.FirstOrDefault() };
        voice.Synthesize("the able \uFFFE \uD800 x's's 12", style);
        return Task.CompletedTask;
    }

    static float[] Noise()
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, 8_000).Select(_ => random.NextSingle() - 0.5f)];
    }

    public static void Use(Tokenizer tokenizer)
    {
        foreach (string text in Texts)
        {
            Encode(tokenizer, text);
        }

        int size = tokenizer.VocabularySize;
        tokenizer.Decode([-1, int.MinValue, int.MaxValue, .. Enumerable.Range(0, 300), size - 1, size]);
        tokenizer.Find("a");
    }

    public static void Encode(Tokenizer tokenizer, string text)
    {
        List<int> ids = tokenizer.Encode(text, wrap: true);
        tokenizer.Decode(ids);
        tokenizer.Encode(text, controlTokens: false);
        tokenizer.EncodeWithin(text, Math.Max(tokenizer.MaxTokens ?? 0, 130));
        if (ids.Any(id => id < 0 || id >= Math.Max(tokenizer.VocabularySize, 1 << 22)))
        {
            throw new InvalidOperationException("The tokenizer returned an ID that it does not have.");
        }
    }
}

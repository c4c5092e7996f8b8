namespace AgentChain.Fuzz;

/// <summary>The models: those of the repository, and the small ones of the tests for the layouts of other exporters.</summary>
static class FuzzTargets
{
    public static IReadOnlyList<FuzzTarget> All(string root)
    {
        string models = Path.Combine(root, "models"), tests = Path.Combine(root, "tests", "AgentChain.Onnx.Tests");
        string fixtures = Path.Combine(tests, "Fixtures"), speech = Path.Combine(tests, "Speech", "Fixtures");
        return
        [
            new("bpe", Path.Combine(models, "language-model"), [("tokenizer.json", 40)], ModelUse.Tokenizer),
            new("wordpiece", Path.Combine(models, "embedder"), [("tokenizer.json", 40)], ModelUse.Tokenizer),
            new("words", Path.Combine(fixtures, "tiny-encoder-hidden"), [("tokenizer.json", 200)], ModelUse.Tokenizer),
            new("pieces", Path.Combine(root, "eng", "fuzz", "valid", "pieces"), [("tokenizer.json", 200)], ModelUse.Tokenizer),
            new("bytes", Path.Combine(root, "eng", "fuzz", "valid", "bytes"), [("tokenizer.json", 200)], ModelUse.Tokenizer),
            new("genai", Path.Combine(fixtures, "tiny-genai"), [("genai_config.json", 120), ("tokenizer.json", 20), ("model.onnx", 40)], ModelUse.Language),
            new("optimum", Path.Combine(fixtures, "tiny-optimum"), [("config.json", 60), ("generation_config.json", 30), ("model.onnx", 40)], ModelUse.Language),
            new("own-language", Path.Combine(models, "language-model"), [("genai_config.json", 8), ("model.onnx", 1)], ModelUse.Language),
            new("encoder", Path.Combine(fixtures, "tiny-encoder-first"), [("tokenizer.json", 20), ("1_Pooling/config.json", 40), ("model.onnx", 40)], ModelUse.Encoder),
            new("pooled", Path.Combine(fixtures, "tiny-encoder-pooled"), [("model.onnx", 20)], ModelUse.Encoder),
            new("own-encoder", Path.Combine(models, "embedder"), [("model.onnx", 2)], ModelUse.Encoder),
            new("ctc", Path.Combine(speech, "tiny-ctc"), [("recognizer.json", 120), ("lexicon.txt", 30), ("bigrams.tsv", 40), ("recognizer.onnx", 40)], ModelUse.Recognizer),
            new("own-ctc", Path.Combine(models, "recognizer"), [("recognizer.json", 10), ("lexicon.txt", 10), ("bigrams.tsv", 10), ("recognizer.onnx", 2)], ModelUse.Recognizer),
            new("voice", Path.Combine(speech, "tiny-voice"), [("voice.onnx.json", 120), ("lexicon.tsv", 40), ("voice.onnx", 40)], ModelUse.Voice),
            new("own-voice", Path.Combine(models, "voice"), [("voice.onnx.json", 5), ("lexicon.tsv", 5), ("voice.onnx", 2)], ModelUse.Voice),
        ];
    }
}

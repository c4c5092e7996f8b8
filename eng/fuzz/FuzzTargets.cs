namespace AgentChain.Fuzz;

/// <summary>The models: those of the repository, and the small ones of the tests for the layouts of other exporters.</summary>
static class FuzzTargets
{
    /// <summary>Returns the targets whose <c>tokenizer.json</c> is one for text; Kokoro's is only a table of phonemes.</summary>
    public static IEnumerable<FuzzTarget> WithTokenizer(IEnumerable<FuzzTarget> targets) =>
        targets.Where(t => t.Use != ModelUse.Kokoro && t.Files.Any(f => f.File == "tokenizer.json"));

    public static IReadOnlyList<FuzzTarget> All(string root)
    {
        string models = Path.Combine(root, "models"), tests = Path.Combine(root, "tests", "AgentChain.Onnx.Tests");
        string fixtures = Path.Combine(tests, "Fixtures"), speech = Path.Combine(tests, "Speech", "Fixtures");
        string valid = Path.Combine(root, "eng", "fuzz", "valid");
        return
        [
            new("bpe", Path.Combine(models, "language-model"), [("tokenizer.json", 40)], ModelUse.Tokenizer),
            new("wordpiece", Path.Combine(models, "embedder"), [("tokenizer.json", 40)], ModelUse.Tokenizer),
            new("words", Path.Combine(fixtures, "tiny-encoder-hidden"), [("tokenizer.json", 200)], ModelUse.Tokenizer),
            new("pieces", Path.Combine(valid, "pieces"), [("tokenizer.json", 200)], ModelUse.Tokenizer),
            new("bytes", Path.Combine(valid, "bytes"), [("tokenizer.json", 200)], ModelUse.Tokenizer),
            new("genai", Path.Combine(fixtures, "tiny-genai"),
                [("genai_config.json", 120), ("tokenizer.json", 20), ("model.onnx", 40)], ModelUse.Language),
            new("optimum", Path.Combine(fixtures, "tiny-optimum"),
                [("config.json", 60), ("generation_config.json", 30), ("model.onnx", 40)], ModelUse.Language),
            new("own-language", Path.Combine(models, "language-model"),
                [("genai_config.json", 8), ("model.onnx", 1)], ModelUse.Language),
            new("encoder", Path.Combine(fixtures, "tiny-encoder-first"),
                [("tokenizer.json", 20), ("1_Pooling/config.json", 40), ("model.onnx", 40)], ModelUse.Encoder),
            new("pooled", Path.Combine(fixtures, "tiny-encoder-pooled"), [("model.onnx", 20)], ModelUse.Encoder),
            new("own-encoder", Path.Combine(models, "embedder"), [("model.onnx", 2)], ModelUse.Encoder),
            new("ctc", Path.Combine(speech, "tiny-ctc"),
                [("recognizer.json", 120), ("lexicon.txt", 30), ("bigrams.tsv", 40), ("recognizer.onnx", 40)], ModelUse.Recognizer),
            new("own-ctc", Path.Combine(models, "recognizer"),
                [("recognizer.json", 10), ("lexicon.txt", 10), ("bigrams.tsv", 10), ("recognizer.onnx", 2)], ModelUse.Recognizer),
            new("voice", Path.Combine(speech, "tiny-voice"),
                [("voice.onnx.json", 120), ("lexicon.tsv", 40), ("voice.onnx", 40)], ModelUse.Voice),
            new("own-voice", Path.Combine(models, "voice"),
                [("voice.onnx.json", 5), ("lexicon.tsv", 5), ("voice.onnx", 2)], ModelUse.Voice),
            new("whisper", Path.Combine(valid, "whisper"),
                [("config.json", 20), ("generation_config.json", 40), ("tokenizer.json", 10), ("onnx/encoder_model.onnx", 10), ("onnx/decoder_model_merged.onnx", 20)],
                ModelUse.Whisper),
            new("moonshine", Path.Combine(valid, "moonshine"),
                [("config.json", 20), ("tokenizer.json", 10), ("encoder_model.onnx", 10), ("decoder_model.onnx", 20), ("decoder_with_past_model.onnx", 20)],
                ModelUse.Moonshine),
            new("transducer", Path.Combine(valid, "transducer"),
                [("tokens.txt", 40), ("encoder-epoch-99-avg-1.onnx", 40), ("decoder-epoch-99-avg-1.onnx", 20), ("joiner-epoch-99-avg-1.onnx", 20)],
                ModelUse.Transducer),
            new("kokoro", Path.Combine(valid, "kokoro"),
                [("tokenizer.json", 40), ("voices/af.bin", 10), ("onnx/model.onnx", 30)], ModelUse.Kokoro),
            new("kokoro-sherpa", Path.Combine(valid, "kokoro-sherpa"),
                [("tokens.txt", 40), ("voices.bin", 10), ("model.onnx", 40)], ModelUse.Kokoro),
            new("vocabulary", Path.Combine(valid, "vocabulary"),
                [("vocab.txt", 60), ("tokenizer_config.json", 40), ("1_Pooling/config.json", 10), ("sentence_bert_config.json", 20), ("config_sentence_transformers.json", 20)],
                ModelUse.Encoder),
        ];
    }
}

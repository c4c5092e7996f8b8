using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Files;

/// <summary>The kinds of model folders that the loaders of this package take.</summary>
static class ModelFamilies
{
    static FileChoice Graph => new("model.onnx", "onnx/model.onnx");

    static FileChoice Encoder => new("encoder_model.onnx", "onnx/encoder_model.onnx");

    static FileChoice Decoder => new(
        "decoder_model_merged.onnx", "onnx/decoder_model_merged.onnx", "decoder_model.onnx", "onnx/decoder_model.onnx");

    public static ModelFamily LanguageModel { get; } = new(
        "a language model",
        "LanguageModel.Load",
        "Export the model with the model builder of onnxruntime-genai, or with Optimum (text-generation-with-past).")
    {
        Required = [new("genai_config.json", "model.onnx", "onnx/model.onnx"), new("tokenizer.json")],
        Signs = new("genai_config.json"),
    };

    public static ModelFamily SentenceEmbedder { get; } = new(
        "a sentence encoder",
        "SentenceEmbedder.Load",
        "Pass the folder of a sentence-transformers model with its ONNX graph, as Optimum (feature-extraction) exports it.")
    {
        Required = [Graph, new("tokenizer.json", "vocab.txt")],
        Signs = new("modules.json", "sentence_bert_config.json", "1_Pooling/config.json"),
    };

    public static ModelFamily Whisper { get; } = new(
        "a Whisper recognizer",
        "WhisperRecognizer.Load",
        "Export the model with Optimum (automatic-speech-recognition-with-past).")
    {
        Required = [Encoder, Decoder, new("tokenizer.json"), new("config.json")],
        ModelType = "whisper",
    };

    public static ModelFamily Moonshine { get; } = new(
        "a Moonshine recognizer",
        "MoonshineRecognizer.Load",
        "Export the model with Optimum (automatic-speech-recognition-with-past).")
    {
        Required = [Encoder, Decoder, new("tokenizer.json")],
        ModelType = "moonshine",
    };

    public static ModelFamily Transducer { get; } = new(
        "a streaming transducer",
        "TransducerRecognizer.Load",
        "Pass the folder of a streaming Zipformer transducer that was exported for sherpa-onnx.")
    {
        Required =
        [
            new("tokens.txt"), new("encoder.onnx", "encoder-*.onnx"), new("decoder.onnx", "decoder-*.onnx"),
            new("joiner.onnx", "joiner-*.onnx"),
        ],
        Signs = new("joiner.onnx", "joiner-*.onnx"),
    };

    public static ModelFamily Ctc { get; } = new(
        "a CTC recognizer",
        "CtcRecognizer.Load",
        "models/recognizer in the repository of AgentChain has such a folder, and says how it was made.")
    {
        Required = [new("recognizer.json"), new("recognizer.onnx")],
        Signs = new("recognizer.json"),
    };

    public static ModelFamily Kokoro { get; } = new(
        "a Kokoro voice",
        "KokoroVoice.Load",
        "Pass the folder of a Kokoro model with its graph, its vocabulary and the styles of its speakers.")
    {
        Required = [Graph, new("tokenizer.json", "config.json", "tokens.txt"), new("voices/*.bin", "voices.bin")],
        Signs = new("voices/*.bin", "voices.bin"),
    };

    public static ModelFamily Piper { get; } = new(
        "a Piper voice",
        "PiperVoice.Load",
        "If the voice's .onnx file has another name, pass its path; its settings are in a file of the same name with .json added.")
    {
        Required = [new("voice.onnx"), new("voice.onnx.json")],
        Signs = new("*.onnx.json"),
    };

    static ModelFamily[] All => [LanguageModel, SentenceEmbedder, Whisper, Moonshine, Transducer, Ctc, Kokoro, Piper];

    /// <summary>
    /// Returns the family that a folder is of, if it is certainly not of the expected one; otherwise <see langword="null"/>.
    /// </summary>
    public static ModelFamily? Other(string folder, ModelFamily expected)
    {
        try
        {
            string? type = JsonFile.TryLoad(Path.Combine(folder, "config.json"))?.Text("model_type", "");
            return expected.Recognizes(folder, type) ? null : Array.Find(All, f => f.Recognizes(folder, type));
        }
        catch (Exception error) when (error is OnnxModelException or IOException or UnauthorizedAccessException)
        {
            // The folder is damaged, which the error that is being written says better.
            return null;
        }
    }
}

using AgentChain.Devices;
using AgentChain.Onnx.Files;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Audio;
using AgentChain.Onnx.Tokenization;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>
/// Represents a Moonshine model, which takes samples of any length and no features, in the layout that Hugging Face's Optimum exports.
/// Thread-safe.
/// </summary>
/// <remarks>
/// A folder contains <c>config.json</c>, <c>tokenizer.json</c> and, directly or in a subfolder <c>onnx</c>, <c>encoder_model.onnx</c> and
/// <c>decoder_model_merged.onnx</c>, or <c>decoder_model.onnx</c> and <c>decoder_with_past_model.onnx</c>. The most likely token is taken
/// at each step. Speech over 30 s is recognized in windows, cut where it is quiet. The model hears whole utterances, so a block publishes
/// no hypotheses before the end.
/// </remarks>
public sealed class MoonshineRecognizer : IRecognizer, IDisposable
{
    private const string StartToken = "decoder_start_token_id";
    private const int Rate = 16_000, Window = 30 * Rate, DefaultStart = 1, DefaultEnd = 2;

    // The encoder's three convolutions need 895 samples for one position.
    private const int Shortest = 1024;

    private readonly EncoderDecoder _graphs;
    private readonly Tokenizer _tokenizer;
    private readonly MoonshineRecognizerOptions _options;
    private readonly int _start;
    private readonly int[] _ends;

    private MoonshineRecognizer(
        EncoderDecoder graphs, Tokenizer tokenizer, JsonCursor? config, JsonCursor? generation, MoonshineRecognizerOptions options)
    {
        (_graphs, _tokenizer, _options) = (graphs, tokenizer, options);
        _start = (generation?.Optional(StartToken) ?? config?.Optional(StartToken))?.Integer(0, int.MaxValue) ?? DefaultStart;
        long vocabulary = graphs.Vocabulary > 0 ? graphs.Vocabulary : tokenizer.VocabularySize;
        if (_start >= vocabulary)
        {
            throw new OnnxModelException($"The configuration names the start token {_start}, but '{graphs.FirstDecoder.Name}' has {vocabulary} tokens; the files do not belong together.");
        }

        _ends = generation?.Integers("eos_token_id") is { Length: > 0 } ends ? ends : config?.Integers("eos_token_id") is { Length: > 0 } others ? others : [DefaultEnd];
    }

    /// <summary>Gets the sample rate of the model, 16,000 Hz.</summary>
    public int SampleRate => Rate;

    /// <summary>Gets the device that the model is loaded on.</summary>
    public ComputeDevice Device => _graphs.Encoder.Device.Device;

    /// <summary>Gets true: the model writes punctuation and numbers itself.</summary>
    public bool WritesText => true;

    internal int LiveBindings => _graphs.LiveBindings;

    /// <summary>Loads a model.</summary>
    /// <param name="host">The ONNX Runtime host.</param>
    /// <param name="folder">The path of the model's folder.</param>
    /// <param name="device">The requested device; any device means the CPU.</param>
    /// <param name="options">The options, or null for the defaults.</param>
    /// <exception cref="OnnxModelException">A file is missing, damaged, or in another layout; the message says which and why.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    /// <exception cref="DeviceNotPresentException">The device is not present; the message lists those that are.</exception>
    public static MoonshineRecognizer Load(
        OnnxRuntimeHost host, string folder, DeviceRequest device = default, MoonshineRecognizerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= new MoonshineRecognizerOptions();
        options.Validate();
        return ModelFamilies.Moonshine.Load(folder, () => Read(host, folder, device, options));
    }

    /// <summary>Recognizes an utterance on the calling thread, which should be a lane of the model's device.</summary>
    /// <param name="audio">The utterance, at any sample rate.</param>
    /// <param name="cancellationToken">A token that ends the run before its next kernel.</param>
    /// <returns>The text; empty if nothing was said.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <exception cref="OnnxOutputException">The model returned NaN or infinity.</exception>
    public string Recognize(PcmAudio audio, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audio);
        return Recognize(
            audio.SampleRate == Rate ? audio.Samples.Span : Resampler.Resample(audio.Samples.Span, audio.SampleRate, Rate),
            cancellationToken);
    }

    /// <inheritdoc/>
    public IRecognizerStream CreateStream() => new WholeUtteranceStream(Recognize);

    /// <summary>Unloads the model. All its runs must have ended.</summary>
    public void Dispose() => _graphs.Dispose();

    private string Recognize(ReadOnlySpan<float> samples, CancellationToken cancellationToken)
    {
        var parts = new List<string>();
        foreach (Range range in SpeechWindows.Split(samples, Window, Rate))
        {
            ReadOnlySpan<float> window = samples[range];
            float[] values = new float[Math.Max(window.Length, Shortest)];
            window.CopyTo(values);
            using EncoderDecoderState state = _graphs.Encode(values, [1, values.Length], cancellationToken);
            int most = Math.Max(1, (int)Math.Ceiling((double)window.Length / Rate * _options.MaxTokensPerSecond));
            string text = _tokenizer.Decode(state.Say([_start], _ends, most, null, cancellationToken)).Trim();
            if (text.Length > 0)
            {
                parts.Add(text);
            }
        }

        return string.Join(' ', parts);
    }

    private static MoonshineRecognizer Read(OnnxRuntimeHost host, string folder, DeviceRequest device, MoonshineRecognizerOptions options)
    {
        Tokenizer tokenizer = TokenizerReader.Load(Path.Combine(folder, "tokenizer.json"));
        JsonCursor? config = JsonFile.TryLoad(Path.Combine(folder, "config.json"));
        JsonCursor? generation = JsonFile.TryLoad(Path.Combine(folder, "generation_config.json"));
        EncoderDecoder graphs = EncoderDecoder.Load(host, folder, "input_values", device, options.Session);
        try
        {
            return new MoonshineRecognizer(graphs, tokenizer, config, generation, options);
        }
        catch
        {
            graphs.Dispose();
            throw;
        }
    }
}

using System.Collections.Concurrent;
using AgentChain.Devices;
using AgentChain.Onnx.Files;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Audio;
using AgentChain.Onnx.Speech.Features;
using AgentChain.Onnx.Tokenization;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>Represents a Whisper model in the layout that Hugging Face's Optimum exports. Thread-safe.</summary>
/// <remarks>
/// <para>
/// A folder contains <c>config.json</c>, <c>generation_config.json</c>, <c>tokenizer.json</c> and, directly or in a subfolder <c>onnx</c>,
/// <c>encoder_model.onnx</c> and <c>decoder_model_merged.onnx</c>, or <c>decoder_model.onnx</c> and <c>decoder_with_past_model.onnx</c>.
/// The number of mel filters (80, or 128 for large-v3) comes from <c>config.json</c>.
/// </para>
/// <para>
/// The most likely token is taken at each step, without timestamps. Speech over 30 s is recognized in windows, cut where it is quiet. The
/// model hears whole utterances, so a block publishes no hypotheses before the end. On silence or noise Whisper invents words; a block's
/// speech detection keeps most of that away from it.
/// </para>
/// </remarks>
public sealed class WhisperRecognizer : IRecognizer, IDisposable
{
    private const int Window = WhisperMel.Frames * 160;

    private readonly EncoderDecoder _graphs;
    private readonly WhisperSettings _settings;
    private readonly WhisperRecognizerOptions _options;
    private readonly Tokenizer _tokenizer;
    private readonly int[] _excluded;
    private readonly ConcurrentBag<WhisperMel> _mels = [];

    private WhisperRecognizer(EncoderDecoder graphs, WhisperSettings settings, Tokenizer tokenizer, WhisperRecognizerOptions options)
    {
        (_graphs, _settings, _tokenizer, _options) = (graphs, settings, tokenizer, options);
        _excluded = [.. settings.Suppressed, settings.NoTimestamps];
        if (options.Language is { } language && !(settings.Languages.IsEmpty ? language == "en" : settings.Languages.ContainsKey(language)))
        {
            string known = settings.Languages.IsEmpty ? "only en" : string.Join(", ", settings.Languages.Keys);
            throw new ArgumentException($"The model does not know the language '{language}'; it knows {known}.", nameof(options));
        }

        if (options.Translate && settings.Translate is null)
        {
            throw new ArgumentException("The model cannot translate, because it is English-only.", nameof(options));
        }
    }

    /// <summary>Gets the codes of the languages that the model knows, sorted.</summary>
    public IReadOnlyList<string> Languages => _settings.Languages.IsEmpty ? ["en"] : [.. _settings.Languages.Keys];

    /// <summary>Gets the sample rate of the model, 16,000 Hz.</summary>
    public int SampleRate => WhisperMel.SampleRate;

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
    /// <exception cref="ArgumentException">The model does not know the language, or cannot translate.</exception>
    /// <exception cref="DeviceNotPresentException">The device is not present; the message lists those that are.</exception>
    public static WhisperRecognizer Load(
        OnnxRuntimeHost host, string folder, DeviceRequest device = default, WhisperRecognizerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= new WhisperRecognizerOptions();
        options.Validate();
        return ModelFamilies.Whisper.Load(folder, () => Read(host, folder, device, options));
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
            audio.SampleRate == SampleRate ? audio.Samples.Span : Resampler.Resample(audio.Samples.Span, audio.SampleRate, SampleRate),
            cancellationToken);
    }

    /// <inheritdoc/>
    public IRecognizerStream CreateStream() => new WholeUtteranceStream(Recognize);

    /// <summary>Unloads the model. All its runs must have ended.</summary>
    public void Dispose() => _graphs.Dispose();

    private string Recognize(ReadOnlySpan<float> samples, CancellationToken cancellationToken)
    {
        var parts = new List<string>();
        int? language = _options.Language is { } code && !_settings.Languages.IsEmpty ? _settings.Languages[code] : null;
        foreach (Range window in SpeechWindows.Split(samples, Window, SampleRate))
        {
            using EncoderDecoderState state = Encode(samples[window], cancellationToken);
            language ??= _settings.Languages.IsEmpty ? null : Detect(state, cancellationToken);
            int[] prompt = Prompt(language);
            int most = Math.Min(_options.MaxTokens, _settings.Positions - prompt.Length);
            string text = _tokenizer.Decode(state.Say(prompt, _settings.Ends.AsSpan(), most, Exclude, cancellationToken)).Trim();
            if (text.Length > 0)
            {
                parts.Add(text);
            }
        }

        return string.Join(' ', parts);
    }

    private EncoderDecoderState Encode(ReadOnlySpan<float> samples, CancellationToken cancellationToken)
    {
        WhisperMel mel = _mels.TryTake(out WhisperMel? idle) ? idle : new WhisperMel(_settings.MelFilters);
        float[] features = new float[_settings.MelFilters * WhisperMel.Frames];
        mel.Compute(samples, features);
        _mels.Add(mel);
        return _graphs.Encode(features, [1, _settings.MelFilters, WhisperMel.Frames], cancellationToken);
    }

    private int Detect(EncoderDecoderState state, CancellationToken cancellationToken)
    {
        Span<float> logits = state.Read([_settings.Start], cancellationToken);
        int best = -1;
        foreach (int language in _settings.Languages.Values)
        {
            best = best < 0 || logits[language] > logits[best] ? language : best;
        }

        state.Restart();
        return best;
    }

    private int[] Prompt(int? language)
    {
        var prompt = new List<int>();
        if (!string.IsNullOrWhiteSpace(_options.Prompt) && _settings.Previous is int previous)
        {
            List<int> text = _tokenizer.Encode(" " + _options.Prompt.Trim(), controlTokens: false);
            prompt.Add(previous);
            prompt.AddRange(text[Math.Max(0, text.Count - _settings.Positions / 2 + 1)..]);
        }

        prompt.Add(_settings.Start);
        if (language is int spoken)
        {
            prompt.Add(spoken);
            prompt.Add((_options.Translate ? _settings.Translate : _settings.Transcribe)!.Value);
        }

        prompt.Add(_settings.NoTimestamps);
        return [.. prompt];
    }

    // The tokens after the one for no timestamps are the timestamps.
    private void Exclude(Span<float> logits, int said)
    {
        foreach (int token in _excluded)
        {
            logits[token] = float.NegativeInfinity;
        }

        foreach (int token in said == 0 ? _settings.SuppressedFirst : [])
        {
            logits[token] = float.NegativeInfinity;
        }

        logits[(_settings.NoTimestamps + 1)..].Fill(float.NegativeInfinity);
    }

    private static WhisperRecognizer Read(OnnxRuntimeHost host, string folder, DeviceRequest device, WhisperRecognizerOptions options)
    {
        Tokenizer tokenizer = TokenizerReader.Load(Path.Combine(folder, "tokenizer.json"));
        WhisperSettings settings = WhisperSettings.Read(folder, tokenizer);
        EncoderDecoder graphs = EncoderDecoder.Load(host, folder, "input_features", device, options.Session);
        try
        {
            settings.Check(folder, graphs.Vocabulary > 0 ? graphs.Vocabulary : tokenizer.VocabularySize);
            return new WhisperRecognizer(graphs, settings, tokenizer, options);
        }
        catch
        {
            graphs.Dispose();
            throw;
        }
    }
}

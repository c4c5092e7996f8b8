using AgentChain.Devices;
using AgentChain.Onnx.Files;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Decoding;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>Represents a streaming recognizer: Kaldi features, a causal network with a state, CTC outputs, a beam over a lexicon.</summary>
/// <remarks>
/// A folder contains <c>recognizer.onnx</c>, <c>recognizer.json</c> (<see cref="RecognizerSettings"/>) and, for the beam,
/// <c>lexicon.txt</c> (one word per line) and <c>bigrams.tsv</c> (previous word, tab, word, tab, count). Without a lexicon, the best label
/// of every frame is taken. The graph takes features float[N, T, mels] and a state float[layers, N, width], and returns the natural
/// logarithms of probabilities float[N, T', labels] and the new state. The names of the two states contain "state"; the other names are
/// free. Output t depends on the state and on the settings' number of receptive frames, starting at frame stride * t. Thread-safe: every
/// utterance uses its own <see cref="CtcRecognizerStream"/>.
/// </remarks>
public sealed class CtcRecognizer : IRecognizer, IDisposable
{
    private readonly CtcLexicon? _lexicon;
    private readonly WordBigrams? _bigrams;

    private CtcRecognizer(
        CtcGraph graph, RecognizerSettings settings, CtcLexicon? lexicon, WordBigrams? bigrams, CtcRecognizerOptions options)
    {
        Graph = graph;
        Settings = settings;
        Options = options;
        _lexicon = lexicon;
        _bigrams = bigrams;
    }

    /// <summary>Gets the contents of the model's settings file.</summary>
    public RecognizerSettings Settings { get; }

    /// <summary>Gets the sample rate of the model in hertz; streams take any rate.</summary>
    public int SampleRate => Settings.Features.SampleRate;

    /// <summary>Gets the device that the model is loaded on.</summary>
    public ComputeDevice Device => Graph.Session.Device.Device;

    /// <summary>Gets false: the model hears words, with numbers spelled out.</summary>
    public bool WritesText => false;

    internal CtcGraph Graph { get; }

    internal CtcRecognizerOptions Options { get; }

    /// <summary>Loads a recognizer.</summary>
    /// <param name="host">The ONNX Runtime host.</param>
    /// <param name="folder">The path of the model's folder.</param>
    /// <param name="device">The requested device; any device means the CPU.</param>
    /// <param name="options">The options, or null for the defaults.</param>
    /// <exception cref="OnnxModelException">A file is missing, damaged, or does not match the others; the message says which.</exception>
    /// <exception cref="DeviceNotPresentException">The device is not present; the message lists those that are.</exception>
    public static CtcRecognizer Load(
        OnnxRuntimeHost host, string folder, DeviceRequest device = default, CtcRecognizerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= new CtcRecognizerOptions();
        options.Validate();
        return ModelFamilies.Ctc.Load(folder, () => Read(host, folder, device, options));
    }

    /// <summary>Creates a stream for utterances.</summary>
    /// <param name="sampleRate">The rate of the audio in hertz, 1 to 768,000; 0 for <see cref="SampleRate"/>. Others are resampled.</param>
    /// <returns>A stream for one utterance after another. The caller must dispose it before the recognizer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The rate is outside its range.</exception>
    public CtcRecognizerStream CreateStream(int sampleRate = 0) => new(this, sampleRate == 0 ? SampleRate : sampleRate);

    /// <inheritdoc/>
    IRecognizerStream IRecognizer.CreateStream() => CreateStream();

    /// <summary>Unloads the model. Dispose its streams first.</summary>
    public void Dispose() => Graph.Session.Dispose();

    internal ICtcDecoder CreateDecoder() =>
        _lexicon is null ? new CtcGreedyDecoder(Settings.Labels) : new CtcBeamDecoder(_lexicon, _bigrams, Options.Beam ?? Settings.Beam);

    private static CtcRecognizer Read(OnnxRuntimeHost host, string folder, DeviceRequest device, CtcRecognizerOptions options)
    {
        RecognizerSettings settings = RecognizerSettings.Read(Path.Combine(folder, "recognizer.json"));
        var lexiconFile = new ModelFile(Path.Combine(folder, "lexicon.txt"));
        var bigramsFile = new ModelFile(Path.Combine(folder, "bigrams.tsv"));
        CtcLexicon? lexicon = !options.Greedy && lexiconFile.Exists() ? RecognizerFiles.ReadLexicon(lexiconFile, settings.Labels) : null;
        WordBigrams? bigrams = lexicon is not null && bigramsFile.Exists()
            ? RecognizerFiles.ReadBigrams(bigramsFile, lexicon, settings.Weights)
            : null;
        OnnxSession session = host.Load(Path.Combine(folder, "recognizer.onnx"), device, options.Session);
        try
        {
            return new CtcRecognizer(new CtcGraph(session, settings), settings, lexicon, bigrams, options);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }
}

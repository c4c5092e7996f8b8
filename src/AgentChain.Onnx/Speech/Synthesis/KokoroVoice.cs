using AgentChain.Devices;
using AgentChain.Onnx.Files;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Audio;

namespace AgentChain.Onnx.Speech.Synthesis;

/// <summary>
/// Represents a Kokoro model, which converts phonemes and the style of one of its speakers to sound in one run of one graph. Thread-safe.
/// </summary>
/// <remarks>
/// A folder contains <c>model.onnx</c> or <c>onnx/model.onnx</c>; the phonemes' tokens in <c>tokenizer.json</c> (<c>model.vocab</c>),
/// <c>config.json</c> (<c>vocab</c>) or <c>tokens.txt</c>; and the speakers' styles, 32-bit floats, in <c>voices/NAME.bin</c> or, as
/// sherpa-onnx packs them, in one <c>voices.bin</c>. A speaker has one style for each length of a text; at most as many tokens can be
/// spoken at once (509 in public models, about 30 s). The noise settings of a <see cref="SpeechStyle"/> have no effect: a Kokoro model has
/// no inputs for them, and a graph that draws random numbers may give different samples in each run.
/// </remarks>
public sealed class KokoroVoice : IVoice, IDisposable
{
    private const int DefaultRate = 24_000, Pad = 0;

    private readonly KokoroGraph _graph;
    private readonly KokoroStyles _styles;
    private readonly KokoroSymbols _symbols;
    private readonly IPhonemizer _phonemizer;
    private readonly string _speaker;

    private KokoroVoice(KokoroGraph graph, KokoroStyles styles, KokoroSymbols symbols, IPhonemizer phonemizer, string? speaker)
    {
        (_graph, _styles, _symbols, _phonemizer) = (graph, styles, symbols, phonemizer);
        _speaker = Speaker(speaker ?? styles.First, "options");
        SampleRate = graph.Session.Metadata.TryGetValue("sample_rate", out string? rate)
            && int.TryParse(rate, out int hertz) && hertz is >= 1000 and <= 768_000 ? hertz : DefaultRate;
    }

    /// <summary>Gets the sample rate in hertz: 24,000 unless the graph's metadata states another.</summary>
    public int SampleRate { get; }

    /// <summary>Gets the device that the voice is loaded on.</summary>
    public ComputeDevice Device => _graph.Session.Device.Device;

    /// <summary>Gets the names of the speakers, sorted.</summary>
    public IReadOnlyList<string> Speakers => [.. _styles.Names];

    internal int LiveBindings => _graph.Session.LiveBindings;

    /// <summary>Loads a model.</summary>
    /// <param name="host">The ONNX Runtime host.</param>
    /// <param name="folder">The path of the model's folder.</param>
    /// <param name="device">The requested device; any device means the CPU.</param>
    /// <param name="options">The front end and the speaker, or null for the defaults.</param>
    /// <exception cref="OnnxModelException">A file is missing, damaged, or in another layout; the message says which and why.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The model has no speaker of that name.</exception>
    /// <exception cref="DeviceNotPresentException">The device is not present; the message lists those that are.</exception>
    public static KokoroVoice Load(OnnxRuntimeHost host, string folder, DeviceRequest device = default, KokoroVoiceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= new KokoroVoiceOptions();
        return ModelFamilies.Kokoro.Load(folder, () => Read(host, folder, device, options));
    }

    /// <summary>Returns the phonemes that the voice would speak.</summary>
    /// <param name="text">The written text.</param>
    public string Phonemize(string text) => _phonemizer.Phonemize(text);

    /// <inheritdoc/>
    /// <exception cref="OnnxOutputException">A sample is NaN or infinity; the exception names the model.</exception>
    public PcmAudio Synthesize(string text, SpeechStyle? style = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        style ??= SpeechStyle.Default;
        style.Validate();
        string speaker = style.Speaker is null ? _speaker : Speaker(style.Speaker, nameof(style));
        if (_graph.SpeedIsWhole && style.Speed != 1)
        {
            throw new ArgumentOutOfRangeException(nameof(style), style.Speed, $"'{_graph.Session.Name}' takes whole speeds only, so {nameof(SpeechStyle.Speed)} must be 1.");
        }

        List<long> tokens = _symbols.Encode(_phonemizer.Phonemize(text));
        if (tokens.Count > _styles.MostTokens)
        {
            throw new ArgumentException($"The text has {tokens.Count} phonemes, more than the {_styles.MostTokens} that one run can have. Speak it sentence by sentence.", nameof(text));
        }

        return tokens.Count == 0
            ? PcmAudio.Adopt([], SampleRate)
            : Run(tokens, _styles.Find(speaker, tokens.Count)!.Value, style.Speed, cancellationToken);
    }

    /// <summary>Unloads the model. All its runs must have ended.</summary>
    public void Dispose() => _graph.Session.Dispose();

    private PcmAudio Run(List<long> tokens, ReadOnlyMemory<float> style, float speed, CancellationToken cancellationToken)
    {
        long[] ids = [Pad, .. tokens, Pad];
        using OnnxBinding binding = _graph.Session.CreateBinding();
        binding.Input<long>(_graph.Ids, ids, 1, ids.Length);
        binding.Input<float>(KokoroGraph.Style, style.ToArray(), 1, _graph.Width);
        if (_graph.SpeedIsWhole)
        {
            binding.Input<int>(KokoroGraph.Speed, new[] { (int)speed }, 1);
        }
        else
        {
            binding.Input<float>(KokoroGraph.Speed, new[] { speed }, 1);
        }

        binding.Output(_graph.Sound);
        _graph.Session.Run(binding, cancellationToken);
        using OnnxOutputs outputs = binding.TakeOutputs();
        return VoiceOutput.Sound(_graph.Session, outputs, _graph.Sound, SampleRate);
    }

    private string Speaker(string name, string parameter) => _styles.Contains(name)
        ? name
        : throw new ArgumentOutOfRangeException(parameter, name, $"The model has no such speaker; its speakers are {string.Join(", ", _styles.Names)}.");

    private static KokoroVoice Read(OnnxRuntimeHost host, string folder, DeviceRequest device, KokoroVoiceOptions options)
    {
        string model = ModelFolder.Model(folder);
        KokoroSymbols symbols = KokoroSymbols.Read(folder);
        IPhonemizer phonemizer = options.Phonemizer ?? LexiconPhonemizer.OfVoice(folder);
        OnnxSession session = host.Load(model, device, options.Session);
        try
        {
            var graph = new KokoroGraph(session);
            return new KokoroVoice(graph, KokoroStyles.Read(folder, graph), symbols, phonemizer, options.Speaker);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }
}

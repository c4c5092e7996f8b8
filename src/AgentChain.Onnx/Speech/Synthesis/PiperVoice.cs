using System.Collections.Concurrent;
using System.Globalization;
using AgentChain.Devices;
using AgentChain.Onnx.Files;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Audio;

namespace AgentChain.Onnx.Speech.Synthesis;

/// <summary>Represents a voice in Piper's layout, which converts text to phonemes, and phonemes to sound in one run of one graph.</summary>
/// <remarks>
/// The files are <c>voice.onnx</c>, <c>voice.onnx.json</c> next to it and, for this library's own front end, <c>lexicon.tsv</c> in the same
/// folder. Public Piper voices were trained on the phonemes of espeak-ng; they sound best with a phonemizer that produces those.
/// Thread-safe.
/// </remarks>
public sealed class PiperVoice : IVoice, IDisposable
{
    private const int MaximumIdle = 16;

    private readonly PiperGraph _graph;
    private readonly PiperVoiceOptions _options;
    private readonly IPhonemizer _phonemizer;
    private readonly ConcurrentBag<OnnxBinding> _idle = [];

    private PiperVoice(PiperGraph graph, PiperVoiceSettings settings, IPhonemizer phonemizer, PiperVoiceOptions options)
    {
        _graph = graph;
        _phonemizer = phonemizer;
        _options = options;
        Settings = settings;
    }

    /// <summary>Gets the contents of the voice's settings file.</summary>
    public PiperVoiceSettings Settings { get; }

    /// <summary>Gets the sample rate of the voice's audio in hertz.</summary>
    public int SampleRate => Settings.SampleRate;

    /// <summary>Gets the device that the voice is loaded on.</summary>
    public ComputeDevice Device => _graph.Session.Device.Device;

    /// <summary>Loads a voice.</summary>
    /// <param name="host">The ONNX Runtime host.</param>
    /// <param name="path">The path of the voice's <c>.onnx</c> file, or of a folder with a <c>voice.onnx</c>.</param>
    /// <param name="device">The requested device; any device means the CPU.</param>
    /// <param name="options">The front end and the limits, or null for the defaults.</param>
    /// <exception cref="OnnxModelException">A file is missing, damaged, or in another layout; the message says which and why.</exception>
    /// <exception cref="DeviceNotPresentException">The device is not present; the message lists those that are.</exception>
    public static PiperVoice Load(OnnxRuntimeHost host, string path, DeviceRequest device = default, PiperVoiceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new PiperVoiceOptions();
        options.Validate();
        return Directory.Exists(path)
            ? ModelFamilies.Piper.Load(path, () => Read(host, Path.Combine(path, "voice.onnx"), device, options))
            : Read(host, path, device, options);
    }

    /// <summary>Returns the phonemes that the voice would speak.</summary>
    /// <param name="text">The written text.</param>
    public string Phonemize(string text) => _phonemizer.Phonemize(text);

    /// <summary>Speaks a text on the calling thread, which should be a lane of the voice's device.</summary>
    /// <param name="text">The written text, with numbers and punctuation.</param>
    /// <param name="style">The style, or null for the voice's own.</param>
    /// <param name="cancellationToken">A token that ends the run before its next kernel.</param>
    /// <returns>The sound; empty if there is nothing to speak.</returns>
    /// <exception cref="ArgumentException">The text exceeds <see cref="PiperVoiceOptions.MaximumIds"/>; speak it by sentence.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The style is outside its range, or names an unknown speaker.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <exception cref="OnnxOutputException">A sample is NaN or infinity; the exception names the model.</exception>
    public PcmAudio Synthesize(string text, SpeechStyle? style = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        style ??= SpeechStyle.Default;
        style.Validate();
        long speaker = SpeakerOf(style.Speaker);
        long[] ids = PhonemeSequence.ToIds(_phonemizer.Phonemize(text), Settings.PhonemeIds, _options.PadAfterStart);
        if (ids.Length > _options.MaximumIds)
        {
            throw new ArgumentException($"The text has {ids.Length} phoneme IDs, more than the {_options.MaximumIds} that one run can have. Speak it sentence by sentence.", nameof(text));
        }

        return ids.Length == 0 ? PcmAudio.Adopt([], SampleRate) : Run(ids, style, speaker, cancellationToken);
    }

    /// <summary>Unloads the voice. All its runs must have ended.</summary>
    public void Dispose()
    {
        while (_idle.TryTake(out OnnxBinding? binding))
        {
            binding.Dispose();
        }

        _graph.Session.Dispose();
    }

    private PcmAudio Run(long[] ids, SpeechStyle style, long speaker, CancellationToken cancellationToken)
    {
        OnnxBinding binding = _idle.TryTake(out OnnxBinding? idle) ? idle : _graph.Session.CreateBinding();
        try
        {
            float[] scales =
                [style.NoiseScale ?? Settings.NoiseScale, Settings.LengthScale / style.Speed, style.NoiseWidth ?? Settings.NoiseWidth];
            binding.Input<long>(PiperGraph.Ids, ids, 1, ids.Length);
            binding.Input<long>(PiperGraph.Lengths, new long[] { ids.Length }, 1);
            binding.Input<float>(PiperGraph.Scales, scales, 3);
            if (_graph.HasSpeakers)
            {
                binding.Input<long>(PiperGraph.Speaker, new[] { speaker }, 1);
            }

            binding.Output(_graph.Sound);
            _graph.Session.Run(binding, cancellationToken);
            using OnnxOutputs outputs = binding.TakeOutputs();
            return VoiceOutput.Sound(_graph.Session, outputs, _graph.Sound, SampleRate);
        }
        finally
        {
            if (_idle.Count < MaximumIdle)
            {
                _idle.Add(binding);
            }
            else
            {
                binding.Dispose();
            }
        }
    }

    private long SpeakerOf(string? speaker)
    {
        if (speaker is null)
        {
            return 0;
        }

        if (Settings.SpeakerIds.TryGetValue(speaker, out int id)
            || (int.TryParse(speaker, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id < Settings.Speakers))
        {
            return id;
        }

        string names = Settings.SpeakerIds.Count > 0
            ? string.Join(", ", Settings.SpeakerIds.Keys.Order(StringComparer.Ordinal))
            : $"0 to {Settings.Speakers - 1}";
        throw new ArgumentOutOfRangeException(nameof(speaker), speaker, $"The voice has no such speaker; its speakers are {names}.");
    }

    private static PiperVoice Read(OnnxRuntimeHost host, string model, DeviceRequest device, PiperVoiceOptions options)
    {
        PiperVoiceSettings settings = PiperVoiceSettings.Read(model + ".json");
        IPhonemizer phonemizer = options.Phonemizer ?? LexiconPhonemizer.OfVoice(Path.GetDirectoryName(Path.GetFullPath(model))!);
        OnnxSession session = host.Load(model, device, options.Session);
        try
        {
            return new PiperVoice(new PiperGraph(session, settings), settings, phonemizer, options);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }
}

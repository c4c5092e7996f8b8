using AgentChain.Devices;
using AgentChain.Onnx.Files;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Features;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>
/// Represents a streaming transducer, such as a streaming Zipformer, in the layout that icefall exports for sherpa-onnx: hypotheses arrive
/// while the speech goes on. Thread-safe: every utterance uses its own stream.
/// </summary>
/// <remarks>
/// A folder contains <c>tokens.txt</c> and one file each of <c>encoder.onnx</c> or <c>encoder-*.onnx</c>, <c>decoder</c> and <c>joiner</c>;
/// if a file exists with and without 8-bit weights (<c>.int8.onnx</c>), the one without is taken. The features are Kaldi's filter banks at
/// 16 kHz. The most likely token is taken at each step.
/// </remarks>
public sealed class TransducerRecognizer : IRecognizer, IDisposable
{
    private TransducerRecognizer(TransducerGraphs graphs, TransducerTokens tokens, TransducerRecognizerOptions options)
    {
        (Graphs, Tokens, Options) = (graphs, tokens, options);
        Features = new KaldiFbankOptions { MelFilters = graphs.Mels };
        Features.Validate();
    }

    /// <summary>Gets the sample rate of the model, 16,000 Hz.</summary>
    public int SampleRate => Features.SampleRate;

    /// <summary>Gets the device that the model is loaded on.</summary>
    public ComputeDevice Device => Graphs.Encoder.Device.Device;

    /// <summary>Gets false: the models hear words, with numbers spelled out.</summary>
    public bool WritesText => false;

    internal TransducerGraphs Graphs { get; }

    internal TransducerTokens Tokens { get; }

    internal TransducerRecognizerOptions Options { get; }

    internal KaldiFbankOptions Features { get; }

    /// <summary>Loads a model.</summary>
    /// <param name="host">The ONNX Runtime host.</param>
    /// <param name="folder">The path of the model's folder.</param>
    /// <param name="device">The requested device; any device means the CPU.</param>
    /// <param name="options">The options, or null for the defaults.</param>
    /// <exception cref="OnnxModelException">A file is missing, damaged, or does not match the others; the message says which.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    /// <exception cref="DeviceNotPresentException">The device is not present; the message lists those that are.</exception>
    public static TransducerRecognizer Load(
        OnnxRuntimeHost host, string folder, DeviceRequest device = default, TransducerRecognizerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= new TransducerRecognizerOptions();
        options.Validate();
        return ModelFamilies.Transducer.Load(folder, () => Read(host, folder, device, options));
    }

    /// <inheritdoc/>
    public IRecognizerStream CreateStream() => new TransducerStream(this);

    /// <summary>Unloads the model. Dispose its streams first.</summary>
    public void Dispose() => Graphs.Dispose();

    private static TransducerRecognizer Read(OnnxRuntimeHost host, string folder, DeviceRequest device, TransducerRecognizerOptions options)
    {
        TransducerTokens tokens = TransducerTokens.Read(Path.Combine(folder, "tokens.txt"));
        TransducerGraphs graphs = TransducerGraphs.Load(host, folder, tokens.Count, device, options.Session);
        try
        {
            return new TransducerRecognizer(graphs, tokens, options);
        }
        catch
        {
            graphs.Dispose();
            throw;
        }
    }
}

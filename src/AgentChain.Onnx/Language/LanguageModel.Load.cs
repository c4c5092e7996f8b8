using AgentChain.Devices;
using AgentChain.Onnx.Files;
using AgentChain.Onnx.Pruning;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tokenization;

namespace AgentChain.Onnx.Language;

/// <content>Loads a model.</content>
public sealed partial class LanguageModel
{
    /// <summary>Loads a model.</summary>
    /// <param name="host">The ONNX Runtime host.</param>
    /// <param name="folder">
    /// The path of a folder with <c>genai_config.json</c>, or with <c>model.onnx</c>, <c>config.json</c> and <c>tokenizer.json</c>.
    /// </param>
    /// <param name="device">The requested device; a request for any device selects the CPU.</param>
    /// <param name="options">The memory and lane options; <see langword="null"/> for the defaults.</param>
    /// <exception cref="OnnxModelException">
    /// A file is missing, damaged, or in an unsupported layout; the message names the file, the field and the reason. A file that a
    /// configuration names outside <paramref name="folder"/> is not opened.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// An option is out of its range, or <see cref="LanguageModelOptions.PrefixCacheBytes"/> is less than a page of the model.
    /// </exception>
    /// <exception cref="DeviceNotPresentException">The device is not present; the message lists those that are.</exception>
    public static LanguageModel Load(
        OnnxRuntimeHost host, string folder, DeviceRequest device = default, LanguageModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= new LanguageModelOptions();
        options.Validate();
        return ModelFamilies.LanguageModel.Load(folder, () => Read(host, folder, device, options));
    }

    static LanguageModel Read(OnnxRuntimeHost host, string folder, DeviceRequest device, LanguageModelOptions options)
    {
        LanguageModelLayout layout = LanguageModelLayoutReader.Read(folder);
        Tokenizer tokenizer = TokenizerReader.Load(layout.TokenizerPath);
        OnnxSession session = host.Load(
            layout.ModelPath, device, options.Session, path => options.LastLogitsOnly ? LastRow.Keep(path, layout.Logits) : null);
        try
        {
            return new LanguageModel(
                new DecoderGraph(session, layout, options.MaxLength), tokenizer, options,
                Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)));
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }
}

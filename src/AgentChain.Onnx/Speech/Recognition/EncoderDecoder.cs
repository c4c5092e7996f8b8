using AgentChain.Devices;
using AgentChain.Onnx.Files;
using AgentChain.Onnx.Runtime;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>
/// Represents the graphs of a speech model in the layout that Optimum exports: an encoder, and a decoder with keys and values of its own
/// tokens (<c>decoder</c>) and of the encoder's output (<c>encoder</c>).
/// </summary>
/// <remarks>
/// The files are <c>encoder_model.onnx</c> and either <c>decoder_model_merged.onnx</c>, whose input <c>use_cache_branch</c> chooses between
/// a first run and the following ones, or <c>decoder_model.onnx</c> and <c>decoder_with_past_model.onnx</c>.
/// </remarks>
internal sealed class EncoderDecoder : IDisposable
{
    public const string Ids = "input_ids", Mask = "attention_mask", Hidden = "encoder_hidden_states", HiddenMask = "encoder_attention_mask", Branch = "use_cache_branch", Position = "cache_position", Logits = "logits";
    private const string Merged = "decoder_model_merged.onnx", First = "decoder_model.onnx", Next = "decoder_with_past_model.onnx";

    private EncoderDecoder(OnnxSession encoder, OnnxSession first, OnnxSession next, string input)
    {
        (Encoder, FirstDecoder, NextDecoder, EncoderInput) = (encoder, first, next, input);
        encoder.Input(input);
        if (encoder.Inputs.Keys.FirstOrDefault(n => n != input && n != Mask) is { } other)
        {
            throw new OnnxModelException($"'{encoder.Name}' has the input '{other}', which is not part of the layout that Optimum exports. Its inputs are: {encoder.DescribeInputs()}.");
        }

        EncoderOutput = encoder.Output("last_hidden_state").Name;
        Past = [.. next.Inputs.Keys.Where(n => n.StartsWith("past_key_values.", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        if (Past.Count == 0)
        {
            throw new OnnxModelException($"'{next.Name}' has no inputs past_key_values, so it cannot keep keys and values between tokens. Export the model with past. Its inputs are: {next.DescribeInputs()}.");
        }

        foreach (OnnxSession decoder in new[] { first, next })
        {
            decoder.Input(Ids);
            LogitsType = decoder.Output(Logits).ElementType;
            string? unknown = decoder.Inputs.Keys.FirstOrDefault(
                n => n is not (Ids or Hidden or HiddenMask or Branch or Position) && !Past.Contains(n));
            if (unknown is not null)
            {
                throw new OnnxModelException($"'{decoder.Name}' has the input '{unknown}', which is not part of the layout that Optimum exports. Its inputs are: {decoder.DescribeInputs()}.");
            }
        }

        foreach (string name in Past)
        {
            first.Output(Present(name));
            if (!name.Contains(".encoder.", StringComparison.Ordinal))
            {
                next.Output(Present(name));
            }
        }
    }

    public OnnxSession Encoder { get; }

    public OnnxSession FirstDecoder { get; }

    public OnnxSession NextDecoder { get; }

    public string EncoderInput { get; }

    public string EncoderOutput { get; }

    /// <summary>The decoder's inputs of keys and values.</summary>
    public IReadOnlyList<string> Past { get; }

    public TensorElementType LogitsType { get; }

    /// <summary>The number of tokens that the decoder chooses from, or -1 if the graph leaves it open.</summary>
    public long Vocabulary => NextDecoder.Output(Logits).Shape is { Length: > 0 } shape ? shape[^1] : -1;

    public int LiveBindings =>
        Encoder.LiveBindings + FirstDecoder.LiveBindings + (NextDecoder == FirstDecoder ? 0 : NextDecoder.LiveBindings);

    /// <summary>Loads the graphs.</summary>
    /// <param name="host">The ONNX Runtime host.</param>
    /// <param name="folder">The model's folder; the graphs can be in its subfolder <c>onnx</c>.</param>
    /// <param name="input">The name of the encoder's input.</param>
    /// <param name="device">The requested device.</param>
    /// <param name="options">The options of the sessions.</param>
    public static EncoderDecoder Load(OnnxRuntimeHost host, string folder, string input, DeviceRequest device, OnnxSessionOptions options)
    {
        string encoder = Required("encoder_model.onnx");
        string? merged = Find(Merged);
        string first = merged ?? Required(First), next = merged ?? Required(Next);
        var loaded = new List<OnnxSession>();
        try
        {
            loaded.Add(host.Load(encoder, device, options));
            loaded.Add(host.Load(first, device, options));
            loaded.Add(merged is null ? host.Load(next, device, options) : loaded[1]);
            return new EncoderDecoder(loaded[0], loaded[1], loaded[2], input);
        }
        catch
        {
            loaded.ForEach(s => s.Dispose());
            throw;
        }

        string? Find(string file) => ModelFolder.FindFirst(folder, file, Path.Combine("onnx", file));

        string Required(string file) => Find(file) ?? throw new OnnxModelException(
            $"'{folder}' has no {file}, neither directly nor in its subfolder onnx. It {FolderContent.Describe(folder)}. "
            + "Export the model with Optimum, with past.") { File = folder };
    }

    /// <summary>The output that continues an input of keys or values.</summary>
    public static string Present(string past) => "present" + past["past_key_values".Length..];

    /// <summary>Runs the encoder.</summary>
    /// <param name="features">The features of one utterance; not kept.</param>
    /// <param name="shape">Their shape, with a batch of one.</param>
    /// <param name="cancellationToken">The token that terminates the run.</param>
    /// <returns>The decoder's state before its first token. The caller disposes it.</returns>
    public EncoderDecoderState Encode(Memory<float> features, ReadOnlySpan<long> shape, CancellationToken cancellationToken)
    {
        using OnnxBinding binding = Encoder.CreateBinding();
        binding.Input(EncoderInput, features, shape);
        if (Encoder.Inputs.ContainsKey(Mask))
        {
            long[] ones = new long[shape[^1]];
            Array.Fill(ones, 1);
            binding.Input<long>(Mask, ones, 1, ones.Length);
        }

        binding.Output(EncoderOutput);
        Encoder.Run(binding, cancellationToken);
        using OnnxOutputs outputs = binding.TakeOutputs();
        return new EncoderDecoderState(this, outputs.Detach(EncoderOutput));
    }

    /// <summary>Creates an empty tensor for an input of a merged decoder's first run, which does not read it.</summary>
    public OrtValue EmptyPast(string name)
    {
        TensorDescription past = NextDecoder.Input(name);
        return past.Shape.Length == 4
            ? OrtValue.CreateAllocatedTensorValue(
                OrtAllocator.DefaultInstance, past.ElementType, [1, Math.Max(past.Shape[1], 1), 0, Math.Max(past.Shape[3], 1)])
            : throw new OnnxModelException($"'{NextDecoder.Name}': '{past}' must have four dimensions: batch, heads, length and head size.");
    }

    public void Dispose()
    {
        Encoder.Dispose();
        FirstDecoder.Dispose();
        NextDecoder.Dispose();
    }
}

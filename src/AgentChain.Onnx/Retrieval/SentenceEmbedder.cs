using System.Numerics.Tensors;
using AgentChain.Devices;
using AgentChain.Onnx.Files;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tokenization;

namespace AgentChain.Onnx.Retrieval;

/// <summary>
/// Computes sentence embeddings with an encoder in the layout of MiniLM and other sentence-transformers exports: a folder with
/// <c>model.onnx</c>, <c>tokenizer.json</c> and, unless the pooling is the mean, <c>1_Pooling/config.json</c>. Thread-safe.
/// </summary>
/// <remarks>
/// Uses the graph's <c>sentence_embedding</c> if it has one; otherwise pools <c>last_hidden_state</c> or <c>token_embeddings</c>. A vector
/// has length 1, or is all zeros if the encoder's output is; such a text resembles none. If the encoder returns NaN or infinity, every
/// method that embeds throws an <see cref="OnnxOutputException"/> that names the model; its step is the position of the text in its batch.
/// </remarks>
public sealed class SentenceEmbedder : IDisposable
{
    const int Batch = 32;
    const string Pooled = "sentence_embedding";

    readonly OnnxSession _session;
    readonly string _output;
    readonly bool _takesFirst;
    readonly int _maxTokens;

    SentenceEmbedder(OnnxSession session, Tokenizer tokenizer, bool takesFirst, int maxTokens)
    {
        (_session, Tokenizer, _takesFirst, _maxTokens) = (session, tokenizer, takesFirst, maxTokens);
        session.Input("input_ids");
        _output = new[] { Pooled, "last_hidden_state", "token_embeddings" }.FirstOrDefault(session.Outputs.ContainsKey)
            ?? throw new OnnxModelException($"'{session.Name}' has none of the outputs sentence_embedding, last_hidden_state and token_embeddings. Its outputs are: {string.Join(", ", session.Outputs.Keys)}.");
        EmbedderGraph.Check(session, _output);
    }

    /// <summary>Gets the encoder's tokenizer.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>Gets the device that the encoder is loaded onto.</summary>
    public ComputeDevice Device => _session.Device.Device;

    internal int LiveBindings => _session.LiveBindings;

    /// <summary>Loads an encoder.</summary>
    /// <param name="host">The ONNX Runtime host.</param>
    /// <param name="folder">The path of the folder.</param>
    /// <param name="device">The requested device; a request for any device selects the CPU.</param>
    /// <param name="options">The threading and configuration options; <see langword="null"/> for the defaults.</param>
    /// <exception cref="OnnxModelException">A file is missing, damaged, or in another layout.</exception>
    /// <exception cref="DeviceNotPresentException">The device is not present; the message lists those that are.</exception>
    public static SentenceEmbedder Load(OnnxRuntimeHost host, string folder, DeviceRequest device = default, OnnxSessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string model = ModelFolder.FindFirst(folder, "model.onnx", Path.Combine("onnx", "model.onnx"))
            ?? throw new OnnxModelException($"'{folder}' has no model.onnx or onnx/model.onnx.");
        Tokenizer tokenizer = TokenizerReader.Load(Path.Combine(folder, "tokenizer.json"));
        OnnxSession session = host.Load(model, device, options);
        try
        {
            return new SentenceEmbedder(session, tokenizer, TakesFirst(folder), tokenizer.MaxTokens ?? 256);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Embeds a text on the calling thread, which should be a lane of the encoder's device.</summary>
    /// <param name="text">The text; it is truncated to the encoder's maximum length.</param>
    /// <param name="cancellationToken">The token that terminates the run.</param>
    /// <returns>The embedding, a vector of length 1.</returns>
    public float[] Embed(string text, CancellationToken cancellationToken = default) => Embed([text], cancellationToken)[0];

    /// <summary>Embeds a text.</summary>
    /// <param name="lane">A lane of the encoder's device.</param>
    /// <param name="text">The text; it is truncated to the encoder's maximum length.</param>
    /// <param name="cancellationToken">The token that terminates the run.</param>
    /// <returns>The embedding, a vector of length 1.</returns>
    public ValueTask<float[]> EmbedAsync(DeviceLane lane, string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lane);
        return lane.RunAsync((this, text), static (job, token) => job.Item1.Embed(job.text, token), cancellationToken);
    }

    /// <summary>Embeds many texts in batches; other jobs can use the lane between batches.</summary>
    /// <param name="lane">A lane of the encoder's device.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="cancellationToken">The token that terminates the work.</param>
    /// <returns>The embeddings, a vector of length 1 for each text, in the same order.</returns>
    public async ValueTask<float[][]> EmbedAsync(DeviceLane lane, IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lane);
        ArgumentNullException.ThrowIfNull(texts);
        float[][] vectors = new float[texts.Count][];

        // Texts of similar length share a batch, because each is padded to the longest of its batch.
        int[] order = [.. Enumerable.Range(0, texts.Count).OrderBy(i => texts[i].Length)];
        foreach (int[] batch in order.Chunk(Batch))
        {
            float[][] part = await lane.RunAsync(
                (this, batch, texts), static (job, token) => job.Item1.Embed([.. job.batch.Select(i => job.texts[i])], token), cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < batch.Length; i++)
            {
                vectors[batch[i]] = part[i];
            }
        }

        return vectors;
    }

    /// <summary>Unloads the encoder.</summary>
    public void Dispose() => _session.Dispose();

    static bool TakesFirst(string folder)
    {
        var file = new ModelFile(Path.Combine(folder, "1_Pooling", "config.json"));
        return file.Exists() && JsonFile.Read(file, JsonFile.SettingsLimit, root => root.Flag("pooling_mode_cls_token"));
    }

    float[][] Embed(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        List<int>[] encoded = [.. texts.Select(t => Tokenizer.EncodeWithin(t, _maxTokens))];

        // A text can have no token, but a graph needs one: then it is padding.
        int rows = encoded.Length, length = Math.Max(1, encoded.Max(e => e.Count));
        long[] ids = new long[rows * length], mask = new long[rows * length];
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < encoded[row].Count; i++)
            {
                (ids[(row * length) + i], mask[(row * length) + i]) = (encoded[row][i], 1);
            }
        }

        using OnnxBinding binding = _session.CreateBinding();
        binding.Input<long>("input_ids", ids, rows, length);
        if (_session.Inputs.ContainsKey("attention_mask"))
        {
            binding.Input<long>("attention_mask", mask, rows, length);
        }

        if (_session.Inputs.ContainsKey("token_type_ids"))
        {
            binding.Input<long>("token_type_ids", new long[rows * length], rows, length);
        }

        binding.Output(_output);
        _session.Run(binding, cancellationToken);
        using OnnxOutputs outputs = binding.TakeOutputs();
        EmbedderGraph.CheckShape(_session, _output, outputs.Shape(_output), _output == Pooled ? [rows, -1] : [rows, length, -1]);
        return Pool(outputs.Span<float>(_output), [.. encoded.Select(e => e.Count)], length);
    }

    float[][] Pool(ReadOnlySpan<float> output, int[] counts, int length)
    {
        int width = output.Length / counts.Length / (_output == Pooled ? 1 : length);
        float[][] vectors = new float[counts.Length][];
        for (int row = 0; row < counts.Length; row++)
        {
            float[] vector = new float[width];
            int each = _output == Pooled ? width : length * width, taken = _output == Pooled || _takesFirst ? 1 : counts[row];
            for (int i = 0; i < taken; i++)
            {
                TensorPrimitives.Add(vector, output.Slice((row * each) + (i * width), width), vector);
            }

            float norm = TensorPrimitives.Norm<float>(vector);
            if (!float.IsFinite(norm))
            {
                throw new OnnxOutputException(_session.Name, _output, row, OnnxOutputException.Problem(norm));
            }

            TensorPrimitives.Divide(vector, norm > 0 ? norm : 1, vector);
            vectors[row] = vector;
        }

        return vectors;
    }
}

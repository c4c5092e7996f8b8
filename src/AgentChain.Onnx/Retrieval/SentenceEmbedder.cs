using System.Numerics.Tensors;
using AgentChain.Devices;
using AgentChain.Onnx.Files;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tokenization;

namespace AgentChain.Onnx.Retrieval;

/// <summary>
/// Computes sentence embeddings with an encoder in the layout of sentence-transformers exports such as MiniLM, BGE and Snowflake Arctic: a
/// folder with <c>model.onnx</c> or <c>onnx/model.onnx</c> and a <c>tokenizer.json</c> or a bare <c>vocab.txt</c>. Thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// Uses the graph's <c>sentence_embedding</c> if it has one; otherwise pools <c>last_hidden_state</c> or <c>token_embeddings</c> as
/// <c>1_Pooling/config.json</c> or <see cref="SentenceEmbedderOptions.Pooling"/> states. <see cref="SentenceEmbedderOptions"/> describes
/// the other files: <c>tokenizer_config.json</c>, <c>sentence_bert_config.json</c>, <c>modules.json</c> and
/// <c>config_sentence_transformers.json</c>.
/// </para>
/// <para>
/// A vector has length 1 unless the model or the options say otherwise, or is all zeros if the encoder's output is; such a text resembles
/// none. If the encoder returns NaN or infinity, every method that embeds throws an <see cref="OnnxOutputException"/> that names the model;
/// its step is the position of the text in its batch.
/// </para>
/// </remarks>
public sealed class SentenceEmbedder : IDisposable
{
    const int Batch = 32;
    const string Pooled = "sentence_embedding";

    readonly OnnxSession _session;
    readonly SentenceEmbedderLayout _layout;
    readonly string _output;

    // Null if the graph pools.
    readonly SentencePooling? _pooling;

    SentenceEmbedder(OnnxSession session, SentenceEmbedderLayout layout)
    {
        (_session, _layout) = (session, layout);
        session.Input("input_ids");
        _output = new[] { Pooled, "last_hidden_state", "token_embeddings" }.FirstOrDefault(session.Outputs.ContainsKey)
            ?? throw new OnnxModelException($"'{session.Name}' has none of the outputs sentence_embedding, last_hidden_state and token_embeddings. Its outputs are: {string.Join(", ", session.Outputs.Keys)}.");
        EmbedderGraph.Check(session, _output);
        _pooling = _output == Pooled ? null : layout.RequirePooling();
    }

    /// <summary>Gets the encoder's tokenizer.</summary>
    public Tokenizer Tokenizer => _layout.Tokenizer;

    /// <summary>Gets the maximum number of tokens of a text; longer texts are truncated.</summary>
    public int MaxTokens => _layout.MaxTokens;

    /// <summary>Gets the text that <see cref="EmbedQuery"/> puts before a query; empty if there is none.</summary>
    public string QueryPrefix => _layout.QueryPrefix;

    /// <summary>Gets the device that the encoder is loaded onto.</summary>
    public ComputeDevice Device => _session.Device.Device;

    internal int LiveBindings => _session.LiveBindings;

    /// <summary>Loads an encoder.</summary>
    /// <param name="host">The ONNX Runtime host.</param>
    /// <param name="folder">The path of the folder.</param>
    /// <param name="device">The requested device; a request for any device selects the CPU.</param>
    /// <param name="options">
    /// What the files leave open, and the options of the session; <see langword="null"/> for the defaults.
    /// </param>
    /// <exception cref="OnnxModelException">
    /// A file is missing, damaged, or in another layout; or nothing states the pooling, or the case of a bare vocabulary. The message names
    /// the file and the option.
    /// </exception>
    /// <exception cref="TokenizerFormatException">The tokenizer's file is damaged or requires an unsupported part.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    /// <exception cref="DeviceNotPresentException">The device is not present; the message lists those that are.</exception>
    public static SentenceEmbedder Load(
        OnnxRuntimeHost host, string folder, DeviceRequest device = default, SentenceEmbedderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= new SentenceEmbedderOptions();
        options.Validate();
        return ModelFamilies.SentenceEmbedder.Load(folder, () => Read(host, folder, device, options));
    }

    /// <summary>Embeds a text on the calling thread, which should be a lane of the encoder's device.</summary>
    /// <param name="text">The text; it is truncated to the encoder's maximum length.</param>
    /// <param name="cancellationToken">The token that terminates the run.</param>
    /// <returns>The embedding, a vector of length 1 unless the remarks say otherwise.</returns>
    public float[] Embed(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Embed([text], cancellationToken)[0];
    }

    /// <summary>
    /// Embeds a query, after <see cref="QueryPrefix"/>, on the calling thread, which should be a lane of the encoder's device.
    /// </summary>
    /// <param name="query">The query; it is truncated to the encoder's maximum length.</param>
    /// <param name="cancellationToken">The token that terminates the run.</param>
    /// <returns>The embedding, to be compared with those of documents.</returns>
    public float[] EmbedQuery(string query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Embed([QueryPrefix + query], cancellationToken)[0];
    }

    /// <summary>Embeds a text.</summary>
    /// <param name="lane">A lane of the encoder's device.</param>
    /// <param name="text">The text; it is truncated to the encoder's maximum length.</param>
    /// <param name="cancellationToken">The token that terminates the run.</param>
    /// <returns>The embedding, as <see cref="Embed(string, CancellationToken)"/> returns it.</returns>
    public ValueTask<float[]> EmbedAsync(DeviceLane lane, string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lane);
        return lane.RunAsync((this, text), static (job, token) => job.Item1.Embed(job.text, token), cancellationToken);
    }

    /// <summary>Embeds many texts in batches; other jobs can use the lane between batches.</summary>
    /// <param name="lane">A lane of the encoder's device.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="cancellationToken">The token that terminates the work.</param>
    /// <returns>The embeddings, one vector for each text, in the same order.</returns>
    public async ValueTask<float[][]> EmbedAsync(
        DeviceLane lane, IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lane);
        ArgumentNullException.ThrowIfNull(texts);
        float[][] vectors = new float[texts.Count][];

        // Texts of similar length share a batch, because each is padded to the longest of its batch.
        int[] order = [.. Enumerable.Range(0, texts.Count).OrderBy(i => texts[i].Length)];
        foreach (int[] batch in order.Chunk(Batch))
        {
            float[][] part = await lane.RunAsync(
                (this, batch, texts), static (job, token) => job.Item1.Embed([.. job.batch.Select(i => job.texts[i])], token),
                cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < batch.Length; i++)
            {
                vectors[batch[i]] = part[i];
            }
        }

        return vectors;
    }

    /// <summary>Unloads the encoder.</summary>
    public void Dispose() => _session.Dispose();

    float[][] Embed(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        List<int>[] encoded = [.. texts.Select(t => Tokenizer.EncodeWithin(_layout.LowersText ? UnicodeText.ToLower(t) : t, MaxTokens))];

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
        int width = output.Length / counts.Length / (_pooling is null ? 1 : length);
        float[][] vectors = new float[counts.Length][];
        for (int row = 0; row < counts.Length; row++)
        {
            int each = _pooling is null ? width : length * width;
            float[] vector = TokenPooling.Pool(_pooling, output.Slice(row * each, _pooling is null ? width : counts[row] * width), width);
            float norm = TensorPrimitives.Norm<float>(vector);
            if (!float.IsFinite(norm))
            {
                throw new OnnxOutputException(_session.Name, _output, row, OnnxOutputException.Problem(norm));
            }

            if (_layout.Normalizes && norm > 0)
            {
                TensorPrimitives.Divide(vector, norm, vector);
            }

            vectors[row] = vector;
        }

        return vectors;
    }

    static SentenceEmbedder Read(OnnxRuntimeHost host, string folder, DeviceRequest device, SentenceEmbedderOptions options)
    {
        SentenceEmbedderLayout layout = SentenceEmbedderLayout.Read(folder, options);
        OnnxSession session = host.Load(layout.ModelPath, device, options.Session);
        try
        {
            return new SentenceEmbedder(session, layout);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }
}

using System.Collections.Immutable;
using AgentChain.Devices;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tokenization;
using AgentChain.Turns;

namespace AgentChain.Onnx.Language;

/// <summary>
/// A decoder-only language model on one device: an onnxruntime-genai folder or an Optimum export with past. Generates on the
/// lanes of its device, several sequences at once. Thread-safe.
/// </summary>
/// <remarks>
/// Between generations the caches keep the tokens they read, so that a prompt which begins like an earlier one (the next turn of a
/// conversation, or one that was read ahead) is read only from where they part. That is never seen in the answer, but it keeps text in memory until
/// <see cref="Dispose"/> or until other prompts take its place.
/// </remarks>
public sealed class LanguageModel : IDisposable
{
    const int WarmUpPrompt = 128;

    readonly DecoderGraph _graph;
    readonly LanguageModelOptions _options;
    readonly CachePool _caches;
    readonly ImmutableArray<int> _stops;
    readonly LanguageModelInstruments _instruments;

    LanguageModel(DecoderGraph graph, Tokenizer tokenizer, LanguageModelOptions options, string name)
    {
        (_graph, Tokenizer, _options) = (graph, tokenizer, options);
        Format = ChatFormat.Detect(tokenizer);
        int? endOfMessage = Format is null ? null : tokenizer.Find(Format.EndOfMessage);
        _stops = endOfMessage is int end ? [.. graph.Layout.StopTokens.Append(end).Distinct()] : graph.Layout.StopTokens;
        _caches = new CachePool(CreateCache, options.MaxConcurrency);
        _instruments = new LanguageModelInstruments(options.MeterFactory, name, Device.Name);
    }

    /// <summary>The model's tokenizer.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>How the model writes conversations, or <see langword="null"/> where it is no chat model.</summary>
    public ChatFormat? Format { get; }

    /// <summary>The device the model is on.</summary>
    public ComputeDevice Device => _graph.Session.Device.Device;

    /// <summary>How the model's own files ask to generate.</summary>
    public GenerationOptions Defaults => _graph.Layout.Defaults;

    /// <summary>The most tokens of a sequence, prompt and answer together.</summary>
    public int MaxLength => _graph.MaxLength;

    /// <summary>The tokens that end an answer.</summary>
    public IReadOnlyList<int> StopTokens => _stops;

    /// <summary>Native bindings that are alive; none once the caches are disposed.</summary>
    internal int LiveBindings => _graph.Session.LiveBindings;

    /// <summary>Caches that exist, at most <see cref="LanguageModelOptions.MaxConcurrency"/>.</summary>
    internal int Caches => _caches.Count;

    /// <summary>Loads a model.</summary>
    /// <param name="host">ONNX Runtime.</param>
    /// <param name="folder">A folder with <c>genai_config.json</c>, or with <c>model.onnx</c>, <c>config.json</c> and <c>tokenizer.json</c>.</param>
    /// <param name="device">The device; any means the CPU.</param>
    /// <param name="options">Memory and lanes.</param>
    /// <exception cref="OnnxModelException">A file is missing, damaged, or of a layout that is not supported; the message says which and why.</exception>
    /// <exception cref="DeviceNotPresentException">The device is not present; the message lists those that are.</exception>
    public static LanguageModel Load(OnnxRuntimeHost host, string folder, DeviceRequest device = default, LanguageModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= new LanguageModelOptions();
        options.Validate();
        LanguageModelLayout layout = LanguageModelLayoutReader.Read(folder);
        Tokenizer tokenizer = TokenizerReader.Load(layout.TokenizerPath);
        OnnxSession session = host.Load(layout.ModelPath, device, options.Session);
        try
        {
            return new LanguageModel(new DecoderGraph(session, layout, options.MaxLength), tokenizer, options, Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)));
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>An empty cache, for hosts that steer a sequence themselves. The caller disposes it before the model.</summary>
    public KeyValueCache CreateCache() => _graph.Layout.SharedBuffer ? new SharedKeyValueCache(_graph) : new GrowingKeyValueCache(_graph);

    /// <summary>The tokens of a prompt in the model's chat format.</summary>
    /// <param name="prompt">The conversation.</param>
    /// <exception cref="InvalidOperationException">The model is no chat model.</exception>
    public IReadOnlyList<int> Encode(ChatPrompt prompt) => ChatFormatOrThrow().Encode(Tokenizer, prompt);

    /// <summary>Answers a conversation, token by token.</summary>
    /// <param name="lane">A lane of the model's device.</param>
    /// <param name="prompt">The conversation.</param>
    /// <param name="options">How to choose tokens and when to stop; <see langword="null"/> for <see cref="Defaults"/>.</param>
    /// <param name="time">The clock of the statistics; <see langword="null"/> for the system's.</param>
    /// <returns>The generation, which starts when it is enumerated and is cancelled by the token of the enumeration.</returns>
    /// <exception cref="InvalidOperationException">The model is no chat model.</exception>
    /// <exception cref="ArgumentException">The prompt does not fit; the message has the limit.</exception>
    public Generation Generate(DeviceLane lane, ChatPrompt prompt, GenerationOptions? options = null, TimeProvider? time = null) =>
        Generate(lane, Encode(prompt), options, time);

    /// <summary>Continues a sequence, token by token.</summary>
    /// <param name="lane">A lane of the model's device.</param>
    /// <param name="prompt">The tokens to continue; at least one, and fewer than <see cref="MaxLength"/>.</param>
    /// <param name="options">How to choose tokens and when to stop; <see langword="null"/> for <see cref="Defaults"/>.</param>
    /// <param name="time">The clock of the statistics; <see langword="null"/> for the system's.</param>
    /// <returns>The generation, which starts when it is enumerated and is cancelled by the token of the enumeration.</returns>
    /// <exception cref="ArgumentException">The prompt is empty or does not fit; the message has the limit.</exception>
    public Generation Generate(DeviceLane lane, IReadOnlyList<int> prompt, GenerationOptions? options = null, TimeProvider? time = null) =>
        Generate(lane, prompt, options, time, default);

    /// <summary>
    /// Reads ahead the stable beginning of a prompt whose last message still grows, so that answering it begins with the rest. Makes
    /// nothing, and changes no answer.
    /// </summary>
    /// <param name="lane">A lane of the model's device.</param>
    /// <param name="prompt">
    /// The conversation as far as it is known. What is read is all that comes before its last message, and that message up to its last
    /// word: the last word may go on, and what ends the message is not due yet (<see cref="ChatFormat.EncodeStable"/>).
    /// </param>
    /// <param name="cancellationToken">Terminates the run. What whole runs have read until then stays read.</param>
    /// <returns>How many tokens were read.</returns>
    /// <remarks><inheritdoc cref="PrefillAsync(DeviceLane, IReadOnlyList{int}, CancellationToken)" path="/remarks/node()"/></remarks>
    /// <exception cref="InvalidOperationException">The model is no chat model.</exception>
    /// <exception cref="ArgumentException">The prompt does not fit; the message has the limit.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public ValueTask<int> PrefillAsync(DeviceLane lane, ChatPrompt prompt, CancellationToken cancellationToken = default) =>
        PrefillAsync(lane, prompt, default, cancellationToken);

    /// <summary>Reads ahead the beginning of a sequence, so that continuing it begins with the rest. Makes nothing, and changes no answer.</summary>
    /// <param name="lane">A lane of the model's device.</param>
    /// <param name="tokens">The beginning; all of it is read. At most <see cref="MaxLength"/> tokens.</param>
    /// <param name="cancellationToken">Terminates the run. What whole runs have read until then stays read.</param>
    /// <returns>How many tokens were read: those that the cache did not know, or fewer where a generation needed it.</returns>
    /// <remarks>
    /// Each call goes on where the one before left off: what they have in common is kept, the rest is forgotten. It takes a cache only
    /// while one is free, takes no more than one from other conversations, and gives it back as soon as a generation finds none free; where
    /// all are in use it reads nothing. It runs on the lane in runs of <see cref="LanguageModelOptions.PrefillChunk"/> tokens, and others get
    /// their turn in between.
    /// </remarks>
    /// <exception cref="ArgumentException">The tokens do not fit; the message has the limit.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public ValueTask<int> PrefillAsync(DeviceLane lane, IReadOnlyList<int> tokens, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return PrefillAsync(lane, [.. tokens], default, cancellationToken);
    }

    /// <summary>
    /// Reads a made-up prompt and generates a few tokens, so that the first real turn does not pay for memory and compilation. The
    /// cache forgets it again.
    /// </summary>
    /// <param name="lane">A lane of the model's device.</param>
    /// <param name="cancellationToken">Terminates the run.</param>
    /// <exception cref="OnnxOutputException">The model returned logits that mean nothing.</exception>
    public async ValueTask WarmUpAsync(DeviceLane lane, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lane);
        int[] prompt = new int[Math.Min(WarmUpPrompt, MaxLength / 2)];
        GenerationOptions options = Defaults with { MaxTokens = 4 };
        var rehearsal = new Generation(lane, _caches, prompt, _instruments, (cache, ids) =>
            new TokenGenerator(_options, [], options, cache, ids, Tokenizer.CreateDecoder(), TimeProvider.System, _graph.Session.Name)) { IsRehearsal = true };
        await rehearsal.ToTextAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Unloads the model and its caches. End its generations first.</summary>
    public void Dispose()
    {
        _caches.Dispose();
        _instruments.Dispose();
        _graph.Dispose();
    }

    internal Generation Generate(DeviceLane lane, ChatPrompt prompt, GenerationOptions? options, TimeProvider time, TurnId turn) =>
        Generate(lane, Encode(prompt), options, time, turn);

    internal ValueTask<int> PrefillAsync(DeviceLane lane, ChatPrompt prompt, TurnId turn, CancellationToken cancellationToken) =>
        PrefillAsync(lane, [.. ChatFormatOrThrow().EncodeStable(Tokenizer, prompt)], turn, cancellationToken);

    internal async ValueTask<int> PrefillAsync(DeviceLane lane, int[] tokens, TurnId turn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lane);
        if (tokens.Length > MaxLength)
        {
            throw DoesNotFit(tokens.Length, nameof(tokens));
        }

        using var prefill = new Prefill(tokens, turn, _options.PrefillChunk);
        try
        {
            return await prefill.RunAsync(lane, _caches, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _instruments.RecordPrefill(prefill.Read);
        }
    }

    Generation Generate(DeviceLane lane, IReadOnlyList<int> prompt, GenerationOptions? options, TimeProvider? time, TurnId turn)
    {
        ArgumentNullException.ThrowIfNull(lane);
        ArgumentNullException.ThrowIfNull(prompt);
        if (prompt.Count == 0 || prompt.Count > MaxLength)
        {
            throw DoesNotFit(prompt.Count, nameof(prompt));
        }

        options ??= Defaults;
        options.Validate();
        return new Generation(lane, _caches, [.. prompt], _instruments, (cache, ids) =>
            new TokenGenerator(_options, _stops, options, cache, ids, Tokenizer.CreateDecoder(), time ?? TimeProvider.System, _graph.Session.Name)) { Turn = turn };
    }

    ChatFormat ChatFormatOrThrow() => Format ?? throw new InvalidOperationException(
        "The model's tokenizer has the control tokens of no known chat format, so it is no chat model. Give it tokens instead.");

    ArgumentException DoesNotFit(int tokens, string parameter) => new(
        $"The prompt has {tokens} tokens; the model takes 1 to {MaxLength}. Shorten the history or raise {nameof(LanguageModelOptions.MaxLength)}.", parameter);
}

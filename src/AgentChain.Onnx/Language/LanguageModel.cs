using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using AgentChain.Devices;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tokenization;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Represents a decoder-only language model on one device, loaded from an onnxruntime-genai folder or an Optimum export with past. It
/// generates on the lanes of its device, several sequences concurrently. Thread-safe.
/// </summary>
/// <remarks>
/// Between generations, the caches keep the tokens they have read, and <see cref="PrefixCache"/> keeps those of many more conversations. A
/// prompt that shares its beginning with an earlier one (the next turn of a conversation, or a prefilled prompt) is read only from the first
/// difference. This changes no answer, except that pieces of other lengths round differently in the last bits, which can rarely change a draw.
/// It keeps text in memory until <see cref="Dispose"/> or until other prompts replace it.
/// </remarks>
public sealed partial class LanguageModel : IDisposable
{
    const int WarmUpPrompt = 128;

    /// <summary>The largest number of sequences in one step: as many rows of caches are reserved at once.</summary>
    const int MostTogether = 256;

    readonly DecoderGraph _graph;
    readonly LanguageModelOptions _options;
    readonly KeyValueArena _arena;
    readonly BatchRunner _runner;
    readonly ConditionalWeakTable<DeviceLane, DecodeLoop> _loops = [];
    readonly CachePool _caches;
    readonly ImmutableArray<int> _stops;
    readonly LanguageModelInstruments _instruments;

    LanguageModel(DecoderGraph graph, Tokenizer tokenizer, LanguageModelOptions options, string name)
    {
        (_graph, Tokenizer, _options) = (graph, tokenizer, options);
        Format = ChatFormat.Detect(tokenizer);
        int? endOfMessage = Format is null ? null : tokenizer.Find(Format.EndOfMessage);
        _stops = endOfMessage is int end ? [.. graph.Layout.StopTokens.Append(end).Distinct()] : graph.Layout.StopTokens;
        PrefixCache = options.PrefixCache ?? options.CreatePages(graph);
        PrefixCache?.Join(graph);
        int together = Math.Min(Math.Min(options.MaxBatch, options.MaxConcurrency), MostTogether);
        _arena = new KeyValueArena(graph, options.MaxConcurrency, together);
        _caches = new CachePool(() => NewCache(_arena), PrefixCache, options.MaxConcurrency, Unload, name);
        _instruments = new LanguageModelInstruments(options.MeterFactory, name, Device.Name, options.PrefixCache is null ? PrefixCache : null);
        _runner = new BatchRunner(graph, _arena, together, _instruments, TimeProvider.System);
    }

    /// <summary>Gets the model's tokenizer.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>Gets the chat format of the model, or <see langword="null"/> if it is not a chat model.</summary>
    public ChatFormat? Format { get; }

    /// <summary>Gets the device that the model is loaded onto.</summary>
    public ComputeDevice Device => _graph.Session.Device.Device;

    /// <summary>Gets the generation options from the model's own files.</summary>
    public GenerationOptions Defaults => _graph.Layout.Defaults;

    /// <summary>Gets the maximum number of tokens in a sequence, prompt and answer together.</summary>
    public int MaxLength => _graph.MaxLength;

    /// <summary>Gets the tokens that end an answer.</summary>
    public IReadOnlyList<int> StopTokens => _stops;

    /// <summary>
    /// Gets the keys and values that the model keeps for all its conversations, or <see langword="null"/> if it keeps none
    /// (<see cref="LanguageModelOptions.PrefixCacheBytes"/>).
    /// </summary>
    public PrefixCache? PrefixCache { get; }

    /// <summary>The number of live native bindings; 0 once the caches are disposed.</summary>
    internal int LiveBindings => _graph.Session.LiveBindings;

    /// <summary>What takes the steps of the model's generations.</summary>
    internal BatchRunner Runner => _runner;

    /// <summary>The number of generations that decode on a lane or wait for it.</summary>
    internal int Decoding(DeviceLane lane) => LoopOf(lane).Count;

    /// <summary>The number of caches created, at most <see cref="LanguageModelOptions.MaxConcurrency"/>.</summary>
    internal int Caches => _caches.Count;

    /// <summary>Creates an empty cache, for hosts that control a sequence themselves. The caller disposes it before the model.</summary>
    public KeyValueCache CreateCache() => NewCache(null);

    /// <summary>Encodes a prompt as tokens in the model's chat format.</summary>
    /// <param name="prompt">The conversation.</param>
    /// <exception cref="InvalidOperationException">The model is not a chat model.</exception>
    public IReadOnlyList<int> Encode(ChatPrompt prompt) => ChatFormatOrThrow().Encode(Tokenizer, prompt);

    /// <summary>Generates the answer to a conversation, token by token.</summary>
    /// <param name="lane">A lane of the model's device.</param>
    /// <param name="prompt">The conversation.</param>
    /// <param name="options">The options for choosing tokens and for stopping; <see langword="null"/> for <see cref="Defaults"/>.</param>
    /// <param name="time">The clock for the statistics; <see langword="null"/> for the system clock.</param>
    /// <returns>The generation. It starts when it is enumerated, and the enumeration's token cancels it.</returns>
    /// <exception cref="InvalidOperationException">The model is not a chat model.</exception>
    /// <exception cref="ArgumentException">The prompt does not fit; the message states the limit.</exception>
    /// <exception cref="OnnxModelException">The prompt has a token that the model does not have.</exception>
    public Generation Generate(DeviceLane lane, ChatPrompt prompt, GenerationOptions? options = null, TimeProvider? time = null) =>
        Generate(lane, Encode(prompt), options, time);

    /// <summary>Continues a sequence, token by token.</summary>
    /// <param name="lane">A lane of the model's device.</param>
    /// <param name="prompt">The tokens to continue; at least one, and at most <see cref="MaxLength"/>.</param>
    /// <param name="options">The options for choosing tokens and for stopping; <see langword="null"/> for <see cref="Defaults"/>.</param>
    /// <param name="time">The clock for the statistics; <see langword="null"/> for the system clock.</param>
    /// <returns>The generation. It starts when it is enumerated, and the enumeration's token cancels it.</returns>
    /// <exception cref="ArgumentException">The prompt is empty or does not fit; the message states the limit.</exception>
    /// <exception cref="OnnxModelException">The prompt has a token that the model does not have.</exception>
    public Generation Generate(DeviceLane lane, IReadOnlyList<int> prompt, GenerationOptions? options = null, TimeProvider? time = null) =>
        Generate(lane, prompt, options, time, default);

    /// <summary>
    /// Prefills the stable beginning of a prompt whose last message is still growing, so that a later generation reads only the rest.
    /// Generates nothing and never changes an answer.
    /// </summary>
    /// <param name="lane">A lane of the model's device.</param>
    /// <param name="prompt">
    /// The conversation so far. Everything before the last message is read, and the last message up to its last word: that word may be
    /// incomplete, and the message has not ended yet (<see cref="ChatFormat.EncodeStable"/>).
    /// </param>
    /// <param name="cancellationToken">The token that terminates the run. Tokens from completed runs stay in the cache.</param>
    /// <returns>The number of tokens read.</returns>
    /// <remarks><inheritdoc cref="PrefillAsync(DeviceLane, IReadOnlyList{int}, CancellationToken)" path="/remarks/node()"/></remarks>
    /// <exception cref="InvalidOperationException">The model is not a chat model.</exception>
    /// <exception cref="ArgumentException">The prompt does not fit; the message states the limit.</exception>
    /// <exception cref="OnnxModelException">The prompt has a token that the model does not have.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public ValueTask<int> PrefillAsync(DeviceLane lane, ChatPrompt prompt, CancellationToken cancellationToken = default) =>
        PrefillAsync(lane, prompt, default, cancellationToken);

    /// <summary>
    /// Prefills the beginning of a sequence, so that a later generation reads only the rest. Generates nothing and never changes an answer.
    /// </summary>
    /// <param name="lane">A lane of the model's device.</param>
    /// <param name="tokens">The beginning of the sequence, at most <see cref="MaxLength"/> tokens. All of it is read.</param>
    /// <param name="cancellationToken">The token that terminates the run. Tokens from completed runs stay in the cache.</param>
    /// <returns>The number of tokens read: those that the cache did not have yet, or fewer if a generation needed the cache.</returns>
    /// <remarks>
    /// Each call continues from the previous one: the common prefix is kept and the rest is discarded. A call takes a cache only if one is
    /// free, takes at most one from other conversations, and returns it as soon as a generation finds none free. If all are in use, it
    /// reads nothing. It reads at most <see cref="LanguageModelOptions.PrefillChunk"/> tokens per run, and other jobs can use the lane
    /// between runs.
    /// </remarks>
    /// <exception cref="ArgumentException">The tokens do not fit; the message states the limit.</exception>
    /// <exception cref="OnnxModelException">One of the tokens is not one of the model.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public ValueTask<int> PrefillAsync(DeviceLane lane, IReadOnlyList<int> tokens, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return PrefillAsync(lane, [.. tokens], default, cancellationToken);
    }

    /// <summary>
    /// Reads a placeholder prompt and generates a few tokens, so that the first real turn does not pay for memory allocation and
    /// compilation. The cache is emptied afterwards.
    /// </summary>
    /// <param name="lane">A lane of the model's device.</param>
    /// <param name="cancellationToken">The token that terminates the run.</param>
    /// <exception cref="OnnxOutputException">The model returned invalid logits.</exception>
    public async ValueTask WarmUpAsync(DeviceLane lane, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lane);
        int[] prompt = new int[Math.Min(WarmUpPrompt, MaxLength / 2)];
        GenerationOptions options = Defaults with { MaxTokens = 4 };
        var rehearsal = new Generation(lane, LoopOf(lane), _caches, prompt, _instruments, (cache, ids) =>
            new TokenGenerator(_options, [], options, cache, ids, Tokenizer.CreateDecoder(), TimeProvider.System, _graph.Session.Name)) { IsRehearsal = true };
        await rehearsal.ToTextAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Unloads the model and disposes its caches, once the generations in progress have ended. No other one can begin.
    /// </summary>
    public void Dispose()
    {
        _instruments.Dispose();
        _caches.Dispose();
    }

    internal Generation Generate(
        DeviceLane lane, ChatPrompt prompt, GenerationOptions? options, TimeProvider time, TurnId turn, Func<TimeSpan>? remaining = null) =>
        Generate(lane, Encode(prompt), options, time, turn, remaining);

    /// <summary>Continues an answer of which the first tokens were given by a generation that did not end.</summary>
    internal Generation Continue(DeviceLane lane, int[] prompt, IReadOnlyList<int> given, GenerationOptions options, BlockContext context) =>
        Generate(lane, [.. prompt, .. given], options, context.Time, context.TurnId, () => context.Remaining, given.Count);

    internal ValueTask<int> PrefillAsync(DeviceLane lane, ChatPrompt prompt, TurnId turn, CancellationToken cancellationToken) =>
        PrefillAsync(lane, EncodeStable(prompt), turn, cancellationToken);

    /// <summary>Encodes the beginning of a prompt that does not change when the prompt grows.</summary>
    internal int[] EncodeStable(ChatPrompt prompt) => [.. ChatFormatOrThrow().EncodeStable(Tokenizer, prompt)];

    internal async ValueTask<int> PrefillAsync(DeviceLane lane, int[] tokens, TurnId turn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lane);
        if (tokens.Length > MaxLength)
        {
            throw DoesNotFit(tokens.Length, nameof(tokens));
        }

        _graph.RequireKnown(tokens);

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

    internal Generation Generate(
        DeviceLane lane, IReadOnlyList<int> prompt, GenerationOptions? options, TimeProvider? time, TurnId turn, Func<TimeSpan>? remaining = null,
        int given = 0)
    {
        ArgumentNullException.ThrowIfNull(lane);
        ArgumentNullException.ThrowIfNull(prompt);
        int[] tokens = [.. prompt];
        if (tokens.Length == 0 || tokens.Length > MaxLength)
        {
            throw DoesNotFit(tokens.Length, nameof(prompt));
        }

        _graph.RequireKnown(tokens);

        options ??= Defaults;
        options.Validate();
        return new Generation(lane, LoopOf(lane), _caches, tokens, _instruments, (cache, ids) =>
            new TokenGenerator(_options, _stops, options, cache, ids, Tokenizer.CreateDecoder(), time ?? TimeProvider.System, _graph.Session.Name, given))
        {
            Turn = turn, Remaining = remaining,
        };
    }

    KeyValueCache NewCache(KeyValueArena? arena) => _graph.Layout.SharedBuffer
        ? new SharedKeyValueCache(_graph, arena) { Prefixes = PrefixCache }
        : new GrowingKeyValueCache(_graph) { Prefixes = PrefixCache };

    // Each lease can have a view of the lane of its own.
    DecodeLoop LoopOf(DeviceLane lane) => _loops.TryGetValue(lane.Shared, out DecodeLoop? loop)
        ? loop
        : _loops.GetValue(lane.Shared, _ => new DecodeLoop(_options.TokensPerTurnOnLane, _runner, _caches.Sweep));

    void Unload()
    {
        PrefixCache?.Leave();
        _runner.Dispose();
        _arena.Dispose();
        _graph.Dispose();
    }

    ChatFormat ChatFormatOrThrow() => Format ?? throw new InvalidOperationException(
        "The model is not a chat model: its tokenizer does not have the control tokens of a known chat format. Pass token IDs instead.");

    ArgumentException DoesNotFit(int tokens, string parameter) => new(
        $"The prompt has {tokens} tokens; the model accepts 1 to {MaxLength}. Shorten the history or raise {nameof(LanguageModelOptions.MaxLength)}.", parameter);
}

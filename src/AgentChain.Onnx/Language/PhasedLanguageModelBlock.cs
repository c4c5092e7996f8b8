using System.Runtime.CompilerServices;
using AgentChain.Costs;
using AgentChain.Devices;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Answers a conversation with a language model that is loaded onto several devices. Reading the prompt (prefill, bound by compute) and
/// generating the answer (decode, bound by memory) each lease a device for themselves, so the chain's device scheduler places them together or
/// apart. Add the block to a chain without <c>On</c>. Thread-safe; its only state between turns is the models' caches.
/// </summary>
/// <remarks>
/// <code>
///   prompt ── lease for the prefill ── read ── pages of the shared prefix cache ── lease for the decode ── generate ── text
/// </code>
/// The answer does not depend on the devices, as far as their kernels round alike. A prompt of which the prefix cache has nearly all is not
/// read by a phase of its own. If a device is lost, or a call on it hangs, another one goes on behind the last token: the answer has no
/// token twice, and the turn fails only if no device is left. See <see cref="LanguageModelBlock"/> for a model on one device.
/// </remarks>
public sealed class PhasedLanguageModelBlock : IStreamBlock<ChatPrompt, string>, IPrefill<ChatPrompt>, IWarmUp, IHasInnerDevices
{
    const string Prefill = "prefill";
    const string Decode = "decode";

    readonly LanguageModel[] _models;
    readonly DeviceRequest _devices;
    readonly GenerationOptions? _options;
    readonly Action<GenerationStatistics, BlockContext>? _finished;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="models">
    /// The same model on each of the devices, all with one <see cref="LanguageModel.PrefixCache"/>: load the others with
    /// <see cref="LanguageModelOptions.PrefixCache"/> of the first. The caller disposes them after the chain.
    /// </param>
    /// <param name="options">The options for choosing tokens and for stopping; <see langword="null"/> for the model's own.</param>
    /// <param name="finished">
    /// The callback that receives the statistics of each generation that was not cut short: counts and times, no text.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There is no model, two are on the same device, or they do not share a prefix cache.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public PhasedLanguageModelBlock(
        IEnumerable<LanguageModel> models, GenerationOptions? options = null, Action<GenerationStatistics, BlockContext>? finished = null)
    {
        ArgumentNullException.ThrowIfNull(models);
        (_models, _options, _finished) = ([.. models], LanguageModelBlock.Checked(options), finished);
        if (_models.Length == 0 || Array.Exists(_models, model => model is null))
        {
            throw new ArgumentException("At least one model is required, and none can be null.", nameof(models));
        }

        if (_models.GroupBy(NameOf, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"Two models are loaded onto {twice.Key}; one for each device is enough.", nameof(models));
        }

        if (_models.Length > 1 && Array.Exists(_models, model => model.PrefixCache is null || model.PrefixCache != _models[0].PrefixCache))
        {
            throw new ArgumentException(
                $"The models on {string.Join(", ", _models.Select(NameOf))} do not share a prefix cache, through which one continues what another has read: load all but the first with LanguageModelOptions.PrefixCache of the first.",
                nameof(models));
        }

        _devices = DeviceRequest.OneOf(_models.Select(NameOf));
    }

    /// <summary>Gets the models, one for each device.</summary>
    public IReadOnlyList<LanguageModel> Models => _models;

    /// <summary>
    /// Gets the number of tokens that the prefix cache must lack of a prompt, so that the prompt is read by a phase of its own; otherwise, the
    /// decode phase reads them.
    /// </summary>
    /// <value>At least 1. The default is 64.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int PrefillFrom
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(PrefillFrom));
            field = value;
        }
    } = 64;

    /// <inheritdoc/>
    /// <remarks>On one device, the decode phase reads the prompt, too.</remarks>
    public IReadOnlyList<InnerDevice> InnerDevices
    {
        get
        {
            InnerDevice decode = new(Decode, _devices) { Phase = WorkPhase.Decode };
            return _models.Length == 1 ? [decode] : [new(Prefill, _devices) { Phase = WorkPhase.Prefill }, decode];
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The model is not a chat model.</exception>
    /// <exception cref="ArgumentException">The prompt is longer than the model accepts.</exception>
    /// <exception cref="AgentChain.Onnx.Runtime.OnnxOutputException">
    /// The model returned invalid logits; the text before them was delivered.
    /// </exception>
    public async IAsyncEnumerable<string> InvokeAsync(
        ChatPrompt input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int[] tokens = [.. _models[0].Encode(input)];
        int others = _models.Length - 1;
        if (others > 0 && tokens.Length > PrefillFrom && tokens[..^1] is var beginning && Lacks(beginning) is var lacks && lacks >= PrefillFrom)
        {
            // The decode phase reads at least one token, for the first logits; all of them, if the device of the prefill is gone.
            await ReadAsync(beginning, lacks, context, cancellationToken, isNeeded: false).ConfigureAwait(false);
        }

        GenerationOptions options = Repeatable(_options ?? _models[0].Defaults);
        List<int> given = [];
        for (Generation? answer = null; answer is null; others--)
        {
            using var phase = new LeasedPhase(context, Decode, cancellationToken);
            DeviceLease lease = await phase.BeginAsync(_devices, WorkPhase.Decode).ConfigureAwait(false);
            answer = On(lease).Continue(lease.Lane, tokens, given, options, context);
            await using IAsyncEnumerator<GeneratedToken> pieces = answer.GetAsyncEnumerator(cancellationToken);
            while (answer is not null)
            {
                try
                {
                    if (!await pieces.MoveNextAsync().ConfigureAwait(false))
                    {
                        break;
                    }
                }
                catch (Exception error) when (phase.IsOfDevice(error) && others > 0)
                {
                    // Another device goes on behind the last token.
                    answer = null;
                    continue;
                }

                given.Add(pieces.Current.Id);
                if (pieces.Current.Text.Length > 0)
                {
                    yield return pieces.Current.Text;
                }
            }

            if (answer is not null)
            {
                phase.Complete();
                _finished?.Invoke(answer.Statistics, context);
            }
        }
    }

    /// <summary>
    /// Reads the prompt's stable beginning on a device that is leased for it; see
    /// <see cref="LanguageModel.PrefillAsync(DeviceLane, ChatPrompt, CancellationToken)"/>.
    /// </summary>
    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The model is not a chat model.</exception>
    /// <exception cref="ArgumentException">The prompt is longer than the model accepts.</exception>
    public ValueTask PrefillAsync(ChatPrompt input, BlockContext context, CancellationToken cancellationToken)
    {
        int[] tokens = _models[0].EncodeStable(input);
        return ReadAsync(tokens, Lacks(tokens), context, cancellationToken);
    }

    /// <summary>Warms up the model on each device that is there, one after another, with a lease of the device.</summary>
    /// <inheritdoc/>
    public async ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken)
    {
        foreach (LanguageModel model in _models)
        {
            context.StateShapes(LanguageModelBlock.WarmShapes, NameOf(model));
        }

        foreach (LanguageModel model in _models)
        {
            using var phase = new LeasedPhase(context, "warm-up", cancellationToken);
            DeviceLease lease;
            try
            {
                lease = await phase.BeginAsync(DeviceRequest.Named(NameOf(model)), WorkPhase.Whole).ConfigureAwait(false);
            }
            catch (DeviceLostException)
            {
                // The others can serve the turns, and this one is cold when it is back.
                continue;
            }

            await LanguageModelBlock.WarmUpAsync(model, lease.Lane, context, cancellationToken).ConfigureAwait(false);
            phase.Complete();
        }
    }

    async ValueTask ReadAsync(
        int[] tokens, int lacks, BlockContext context, CancellationToken cancellationToken, bool isNeeded = true)
    {
        using var phase = new LeasedPhase(context, Prefill, cancellationToken);
        DeviceLease lease = await phase.BeginAsync(_devices, WorkPhase.Prefill, new CostFeatures { Tokens = lacks }).ConfigureAwait(false);
        try
        {
            await On(lease).PrefillAsync(lease.Lane, tokens, context.TurnId, cancellationToken).ConfigureAwait(false);
            phase.Complete();
        }
        catch (Exception error) when (phase.IsOfDevice(error) && !isNeeded)
        {
        }
    }

    /// <summary>Gives an answer that is drawn a seed, so that another device can continue it with the same draws.</summary>
    static GenerationOptions Repeatable(GenerationOptions options) =>
        options.Temperature > 0 && options.Seed is null ? options with { Seed = (ulong)Random.Shared.NextInt64() } : options;

    /// <summary>Returns the number of tokens that no model has read yet, as far as the pages tell.</summary>
    int Lacks(int[] tokens)
    {
        using PrefixLease? known = _models[0].PrefixCache?.Lease(tokens);
        return tokens.Length - (known?.Length ?? 0);
    }

    LanguageModel On(DeviceLease lease) =>
        _models.First(model => lease.Device.IsNamed(NameOf(model)));

    static string NameOf(LanguageModel model) => model.Device.Name;
}

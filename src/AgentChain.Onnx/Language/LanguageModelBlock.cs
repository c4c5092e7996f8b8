using System.Runtime.CompilerServices;
using AgentChain.Devices;
using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Answers a conversation with a language model: takes a prompt and streams pieces of text as they are generated. A piece never ends within
/// a character. Add the block to a chain with <c>On</c> and the model's device. It can prefill a prompt while the question is still
/// growing, which never changes an answer. Thread-safe; its only state between turns is the model's caches.
/// </summary>
/// <param name="model">The model; the caller disposes it after the chain.</param>
/// <param name="options">The options for choosing tokens and for stopping; <see langword="null"/> for the model's own.</param>
/// <param name="finished">
/// The callback that receives the statistics of each generation that was not cut short: counts and times, no text.
/// </param>
public sealed class LanguageModelBlock(
    LanguageModel model, GenerationOptions? options = null, Action<GenerationStatistics, BlockContext>? finished = null)
    : IStreamBlock<ChatPrompt, string>, IPrefill<ChatPrompt>, IWarmUp, INeedsDevice, IHasInnerDevices
{
    const string Reading = "read";

    readonly LanguageModel? _reader;

    /// <summary>Gets the model.</summary>
    public LanguageModel Model { get; } = model;

    /// <summary>Gets the model's device.</summary>
    public ComputeDevice Device => Model.Device;

    /// <summary>
    /// Gets the same model on another device, which reads the prompts, so that <see cref="Model"/> only generates the answers. Both share
    /// <see cref="LanguageModel.PrefixCache"/>. The default, <see langword="null"/>, leaves both to <see cref="Model"/>.
    /// </summary>
    /// <remarks>
    /// The block then also leases the reader's device while it reads, which the turn's report shows as the work <c>read</c>. What the reader
    /// did not read, because it failed or had no cache free, the model reads itself: the tokens are the same.
    /// </remarks>
    /// <exception cref="ArgumentException">The two models do not share a prefix cache.</exception>
    public LanguageModel? Reader
    {
        get => _reader;
        init => _reader = value?.PrefixCache is { } shared && shared == Model.PrefixCache
            ? value
            : value is null ? null : throw new ArgumentException(
                $"The reader on {value.Device.Name} and the model on {Model.Device.Name} do not share a prefix cache: load one of them with {nameof(LanguageModelOptions)}.{nameof(LanguageModelOptions.PrefixCache)} set to that of the other.", nameof(Reader));
    }

    /// <inheritdoc/>
    public IReadOnlyList<InnerDevice> InnerDevices =>
        _reader is null ? [] : [new InnerDevice(Reading, DeviceRequest.Named(_reader.Device.Name))];

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">
    /// The block was added without the model's device, or the model is not a chat model.
    /// </exception>
    /// <exception cref="ArgumentException">The prompt is longer than the model accepts.</exception>
    /// <exception cref="AgentChain.Onnx.Runtime.OnnxOutputException">
    /// The model returned invalid logits; the text before them was delivered.
    /// </exception>
    public async IAsyncEnumerable<string> InvokeAsync(
        ChatPrompt input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        DeviceLane lane = BlockLanes.Of(context, Model.Device);
        if (_reader is not null)
        {
            await ReadAsync(_reader, [.. Model.Encode(input)], context, cancellationToken).ConfigureAwait(false);
        }

        Generation generation = Model.Generate(lane, input, options, context.Time, context.TurnId, () => context.Remaining);
        await foreach (GeneratedToken token in generation.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (token.Text.Length > 0)
            {
                yield return token.Text;
            }
        }

        finished?.Invoke(generation.Statistics, context);
    }

    /// <summary>
    /// Reads the prompt's stable beginning into a cache, of the <see cref="Reader"/> if there is one, where the turn's own run finds it; see
    /// <see cref="LanguageModel.PrefillAsync(DeviceLane, ChatPrompt, CancellationToken)"/>.
    /// </summary>
    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">
    /// The block was added without the model's device, or the model is not a chat model.
    /// </exception>
    /// <exception cref="ArgumentException">The prompt is longer than the model accepts.</exception>
    public async ValueTask PrefillAsync(ChatPrompt input, BlockContext context, CancellationToken cancellationToken)
    {
        if (_reader is not null)
        {
            await ReadAsync(_reader, [.. Model.EncodeStable(input)], context, cancellationToken).ConfigureAwait(false);
            return;
        }

        await Model.PrefillAsync(BlockLanes.Of(context, Model.Device), input, context.TurnId, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken) =>
        Model.WarmUpAsync(BlockLanes.Of(context, Model.Device), cancellationToken);

    /// <summary>Lets the reader read a prompt on its own device.</summary>
    static async ValueTask ReadAsync(LanguageModel reader, int[] tokens, BlockContext context, CancellationToken cancellationToken)
    {
        InnerWork work = context.Begin(Reading);
        DeviceLease? lease = null;
        try
        {
            lease = await work.AcquireAsync(DeviceRequest.Named(reader.Device.Name), cancellationToken).ConfigureAwait(false);
            work.Run();
            await reader.PrefillAsync(lease.Lane, tokens, context.TurnId, cancellationToken).ConfigureAwait(false);
            work.End(InnerStatus.Completed);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            work.End(InnerStatus.Canceled);
            throw;
        }
        catch (Exception)
        {
            // The model reads the prompt itself, and reports what is wrong with it.
            work.End(InnerStatus.Failed);
        }
        finally
        {
            work.Release(lease);
        }
    }
}

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
/// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
public sealed class LanguageModelBlock(
    LanguageModel model, GenerationOptions? options = null, Action<GenerationStatistics, BlockContext>? finished = null)
    : IStreamBlock<ChatPrompt, string>, IPrefill<ChatPrompt>, IWarmUp, INeedsDevice
{
    readonly GenerationOptions? _options = Checked(options);

    /// <summary>Gets the model.</summary>
    public LanguageModel Model { get; } = model ?? throw new ArgumentNullException(nameof(model));

    /// <summary>Gets the model's device.</summary>
    public ComputeDevice Device => Model.Device;

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
        Generation generation = Model.Generate(lane, input, _options, context.Time, context.TurnId, () => context.Remaining);
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
    /// Reads the prompt's stable beginning into a cache, where the turn's own run finds it; see
    /// <see cref="LanguageModel.PrefillAsync(DeviceLane, ChatPrompt, CancellationToken)"/>.
    /// </summary>
    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">
    /// The block was added without the model's device, or the model is not a chat model.
    /// </exception>
    /// <exception cref="ArgumentException">The prompt is longer than the model accepts.</exception>
    public async ValueTask PrefillAsync(ChatPrompt input, BlockContext context, CancellationToken cancellationToken) =>
        await Model.PrefillAsync(BlockLanes.Of(context, Model.Device), input, context.TurnId, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken)
    {
        context.StateShapes(WarmShapes);
        return WarmUpAsync(Model, BlockLanes.Of(context, Model.Device), context, cancellationToken);
    }

    /// <summary>Returns options that are in their ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is not.</exception>
    internal static GenerationOptions? Checked(GenerationOptions? options)
    {
        options?.Validate();
        return options;
    }

    /// <summary>The shapes that a model's warm-up runs.</summary>
    internal static string[] WarmShapes => ["prompt", "step"];

    /// <summary>Warms up a model, and tells the context the shapes that have run on its device.</summary>
    internal static async ValueTask WarmUpAsync(LanguageModel model, DeviceLane lane, BlockContext context, CancellationToken cancellationToken)
    {
        await model.WarmUpAsync(lane, cancellationToken).ConfigureAwait(false);
        foreach (string shape in WarmShapes)
        {
            context.ShapeRan(shape, model.Device.Name);
        }
    }
}

using System.Runtime.CompilerServices;
using AgentChain.Blocks;
using AgentChain.Devices;
using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Answers a conversation with a language model: takes a prompt, streams pieces of text as they are generated. No piece ends in half
/// a character. Add it to a chain with <c>On</c> the model's device. It can read a prompt ahead while the question is still growing, which
/// never changes an answer. Thread-safe; holds no state between turns but the model's caches.
/// </summary>
/// <param name="model">The model; the caller disposes it after the chain.</param>
/// <param name="options">How to choose tokens and when to stop; <see langword="null"/> for the model's own.</param>
/// <param name="finished">Told what each generation did, once it ended by itself. Gets counts and times, no text.</param>
public sealed class LanguageModelBlock(
    LanguageModel model, GenerationOptions? options = null, Action<GenerationStatistics, BlockContext>? finished = null)
    : IStreamBlock<ChatPrompt, string>, IPrefill<ChatPrompt>, IWarmUp
{
    /// <summary>The model.</summary>
    public LanguageModel Model { get; } = model;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The block was added without the model's device, or the model is no chat model.</exception>
    /// <exception cref="ArgumentException">The prompt is longer than the model takes.</exception>
    /// <exception cref="AgentChain.Onnx.Runtime.OnnxOutputException">The model returned logits that mean nothing; what came before was delivered.</exception>
    public async IAsyncEnumerable<string> InvokeAsync(
        ChatPrompt input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        DeviceLane lane = BlockLanes.Of(context, Model.Device);
        Generation generation = Model.Generate(lane, input, options, context.Time, context.Turn);
        await foreach (GeneratedToken token in generation.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (token.Text.Length > 0)
            {
                yield return token.Text;
            }
        }

        finished?.Invoke(generation.Statistics, context);
    }

    /// <summary>Reads the prompt's stable beginning into a cache, where the turn's own run will find it; see <see cref="LanguageModel.PrefillAsync(DeviceLane, ChatPrompt, CancellationToken)"/>.</summary>
    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The block was added without the model's device, or the model is no chat model.</exception>
    /// <exception cref="ArgumentException">The prompt is longer than the model takes.</exception>
    public async ValueTask PrefillAsync(ChatPrompt input, BlockContext context, CancellationToken cancellationToken) =>
        await Model.PrefillAsync(BlockLanes.Of(context, Model.Device), input, context.Turn, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken) =>
        Model.WarmUpAsync(BlockLanes.Of(context, Model.Device), cancellationToken);
}

using System.Runtime.CompilerServices;
using AgentChain.Onnx.Language;

namespace AgentChain.Benchmarks.Peers.Language;

/// <summary>A <see cref="LanguageModelBlock"/> that takes token IDs, as the other side does, instead of text.</summary>
sealed class TokenBlock(LanguageModel model) : IStreamBlock<TokenPrompt, string>
{
    public async IAsyncEnumerable<string> InvokeAsync(
        TokenPrompt input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Generation generation = model.Generate(
            context.Lease!.Lane, input.Ids, model.Defaults with { MaxTokens = input.MaxTokens }, context.Time);
        await foreach (GeneratedToken token in generation.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (token.Text.Length > 0)
            {
                yield return token.Text;
            }
        }
    }
}

using System.Runtime.CompilerServices;

namespace AgentChain.Extensions.AI;

/// <summary>Keeps the request beside the selected name.</summary>
sealed class ChoosingBlock(IRevisingBlock<AgentRequest, string> selector) : IRevisingBlock<AgentRequest, AgentChoice>
{
    public async IAsyncEnumerable<Hypothesis<AgentChoice>> InvokeAsync(
        AgentRequest input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (Hypothesis<string> choice in selector.InvokeAsync(input, context, cancellationToken))
        {
            var chosen = new AgentChoice(choice.Value, input);
            yield return choice.IsFinal ? Hypothesis.Final(chosen) : Hypothesis.Tentative(chosen, choice.Probability, choice.Features);
        }
    }

    public override string? ToString() => selector.ToString();
}

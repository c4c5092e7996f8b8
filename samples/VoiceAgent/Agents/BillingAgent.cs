using AgentChain.Blocks;
using AgentChain.Onnx.Language;
using VoiceAgent.Knowledge;

namespace VoiceAgent.Agents;

/// <summary>Answers about the account: gives the language model the fact that was asked for, the one that goes with it, and the next best.</summary>
sealed class BillingAgent : ISyncBlock<Found, ChatPrompt>
{
    const int Facts = 4;

    /// <summary>The fact for an answer's second sentence.</summary>
    static readonly Dictionary<string, string> GoesWith = new(StringComparer.Ordinal)
    {
        ["balance"] = "payment due",
        ["payment due"] = "late fee",
        ["late fee"] = "payment due",
        ["plan"] = "monthly price",
        ["monthly price"] = "plan",
        ["customer name"] = "account number",
        ["account number"] = "customer name",
        ["card ending"] = "payment due",
        ["data left"] = "plan",
    };

    public ChatPrompt Invoke(Found found, BlockContext context)
    {
        string asked = found.Labels.First();
        IEnumerable<string> labels = found.Labels
            .Concat(GoesWith.Keys)
            .Prepend(GoesWith.GetValueOrDefault(asked, asked))
            .Prepend(asked)
            .Where(label => label == asked || GoesWith.ContainsKey(label))
            .Distinct()
            .Take(Facts);
        return AgentPrompt.Write("billing", found, labels, article: null, context);
    }
}

using AgentChain;
using AgentChain.Onnx.Language;
using VoiceAgent.Knowledge;

namespace VoiceAgent.Agents;

/// <summary>Answers questions about the account with the requested fact, its companion and the next best facts.</summary>
sealed class BillingAgent : ISyncBlock<Found, ChatPrompt>
{
    const int Facts = 4;

    /// <summary>Maps a fact to its companion, which the second sentence of the answer uses.</summary>
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

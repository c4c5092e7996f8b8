using AgentChain.Blocks.Redaction;

namespace VoiceAgent.Calls;

/// <summary>A customer on the line: his account as the language model may see it.</summary>
sealed class Caller
{
    public Caller(Account customer)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string label, string value) in customer.Facts)
        {
            facts[label] = value;
            if (Account.Personal.TryGetValue(label, out PersonalDataKind kind))
            {
                Placeholders = Placeholders.Add(kind, value, out string placeholder);
                facts[label] = placeholder;
            }
        }

        Facts = facts;
    }

    /// <summary>The account by label, with placeholders for what is personal.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; }

    /// <summary>What those placeholders stand for.</summary>
    public RedactionMap Placeholders { get; } = RedactionMap.Empty;
}

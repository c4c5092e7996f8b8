using AgentChain.Blocks.Redaction;

namespace VoiceAgent.Calls;

/// <summary>A customer on the line: the account in the form that the language model may see.</summary>
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

    /// <summary>The account's facts by label, with placeholders for personal data.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; }

    /// <summary>The values of those placeholders.</summary>
    public RedactionMap Placeholders { get; } = RedactionMap.Empty;
}

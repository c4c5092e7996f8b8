using AgentChain.Blocks.Redaction;
using AgentChain.Extensions.AI;
using Microsoft.Extensions.AI;

namespace VoiceAgent.Calls;

/// <summary>A customer on the line: the account in the form that the language model may see.</summary>
sealed class Caller
{
    readonly Lock _lock = new();
    readonly PlanBook _plans;
    readonly Dictionary<string, bool> _changes = new(StringComparer.Ordinal);

    /// <param name="customer">The account.</param>
    /// <param name="plans">The plans that the customer can change to.</param>
    public Caller(Account customer, PlanBook plans)
    {
        _plans = plans;
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
    public IReadOnlyDictionary<string, string> Facts { get; private set; }

    /// <summary>The values of those placeholders.</summary>
    public RedactionMap Placeholders { get; } = RedactionMap.Empty;

    /// <summary>Makes the memory of a new call: it begins with the caller's name.</summary>
    public AgentSession Begin() =>
        new(messages: Facts.TryGetValue("customer name", out string? name) ? [new(ChatRole.System, $"customer name: {name}")] : null);

    /// <summary>Changes the plan and its price, until the end of the program.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="once">A key that a repeated request has in common with the first one, which counts.</param>
    /// <returns>Whether there is such a plan.</returns>
    public bool ChangePlan(string plan, string once)
    {
        lock (_lock)
        {
            if (!_changes.TryGetValue(once, out bool changed))
            {
                changed = _plans.Prices.TryGetValue(plan, out string? price);
                _changes[once] = changed;
                if (changed)
                {
                    Facts = new Dictionary<string, string>(Facts, StringComparer.Ordinal) { ["plan"] = plan, ["monthly price"] = price! };
                }
            }

            return changed;
        }
    }
}

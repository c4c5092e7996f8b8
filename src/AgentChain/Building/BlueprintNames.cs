using AgentChain.Engine.Reporting;

namespace AgentChain.Building;

/// <summary>Finds errors in the names of a chain's blocks.</summary>
/// <param name="errors">The list that receives the errors.</param>
sealed class BlueprintNames(List<string> errors)
{
    static readonly string[] Reserved = [ReportBuilder.Entry, ReportBuilder.Output, ReportBuilder.Input, ReportBuilder.Endpoint];

    /// <summary>The names of the blocks. They differ in more than their case, because options find their block in any case.</summary>
    readonly Dictionary<string, string> _names = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Checks the name of a block.</summary>
    /// <param name="node">The block.</param>
    /// <param name="name">Its full name.</param>
    public void Check(BlueprintNode node, string name)
    {
        if (NameMistake(node.Name) is { } mistake)
        {
            errors.Add($"A block is named '{OptionCheck.Visible(node.Name)}'; {mistake}");
        }
        else if (Reserved.Contains(node.Name, StringComparer.OrdinalIgnoreCase))
        {
            errors.Add($"A block is named '{node.Name}', a name that the report reserves; choose another.");
        }
        else
        {
            Unique(name);
            if (node.HasFallbackBlock)
            {
                Unique(BlueprintNode.FallbackOf(name));
            }
        }
    }

    void Unique(string name)
    {
        if (_names.TryAdd(name, name))
        {
            return;
        }

        string other = _names[name];
        errors.Add(string.Equals(other, name, StringComparison.Ordinal)
            ? $"Two blocks are named '{name}'; every block needs a unique name, also different from 'x fallback' where block 'x' falls back to a block."
            : $"Two blocks are named '{other}' and '{name}', which differ only in case; options find their block in any case, so choose another name.");
    }

    static string? NameMistake(string? name) => OptionCheck.NameMistake(name)
        ?? (name!.Contains('/', StringComparison.Ordinal) ? "a name must not contain '/', which separates a sub-chain's name from its blocks'." : null);
}

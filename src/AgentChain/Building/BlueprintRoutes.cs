namespace AgentChain.Building;

/// <summary>Finds errors in the routes of a router.</summary>
static class BlueprintRoutes
{
    /// <summary>Checks a router.</summary>
    /// <param name="node">The router.</param>
    /// <param name="name">Its full name.</param>
    /// <param name="errors">The list that receives the errors.</param>
    public static void Check(BlueprintNode node, string name, List<string> errors)
    {
        string[] routes = [.. node.Branches.Select(b => b.Label)];
        IEnumerable<string[]> names = routes.Distinct(StringComparer.Ordinal)
            .GroupBy(r => r, StringComparer.OrdinalIgnoreCase)
            .Select(g => g.ToArray());
        foreach (string[] alike in names.Where(n => n.Length > 1))
        {
            errors.Add($"Router '{name}' has routes named '{alike[0]}' and '{alike[1]}', which differ only in case; choose another name.");
        }

        foreach (string? bad in routes.Where(r => OptionCheck.NameMistake(r) is not null))
        {
            errors.Add($"Router '{name}' has a route named '{OptionCheck.Visible(bad)}'; {OptionCheck.NameMistake(bad)}");
        }

        foreach (string twice in routes.GroupBy(r => r, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key))
        {
            errors.Add($"Router '{name}' has two routes named '{twice}'; the second is unreachable.");
        }

        if (node.ChoosableRoutes is not { } choosable)
        {
            return;
        }

        string[] named = node.HasOtherwise ? routes[..^1] : routes;
        foreach (string route in named.Except(choosable, StringComparer.Ordinal))
        {
            errors.Add($"Router '{name}': route '{route}' is unreachable; the classifier chooses only {string.Join(", ", choosable)}.");
        }

        if (node.HasOtherwise && !choosable.Except(named, StringComparer.Ordinal).Any())
        {
            errors.Add($"Router '{name}': the route '{routes[^1]}' for everything else is unreachable; every route that the classifier can choose is already listed.");
        }

        if (!node.HasOtherwise && choosable.Except(named, StringComparer.Ordinal).ToArray() is { Length: > 0 } missing)
        {
            errors.Add($"Router '{name}' has no route for {string.Join(", ", missing)}; add it with To, or add Otherwise.");
        }
    }
}

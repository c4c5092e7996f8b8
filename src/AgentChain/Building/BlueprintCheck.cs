using System.Globalization;
using AgentChain.Blocks;
using AgentChain.Budgets;
using AgentChain.Devices;

namespace AgentChain.Building;

/// <summary>Finds everything wrong with a chain before it is linked.</summary>
sealed class BlueprintCheck
{
    static readonly string[] Reserved = [Flow.ReportBuilder.Entry, Flow.ReportBuilder.Output, Flow.ReportBuilder.Input, Flow.ReportBuilder.Endpoint];

    readonly List<string> _errors = [];
    readonly HashSet<string> _names = new(StringComparer.Ordinal);
    readonly IReadOnlyList<ComputeDevice> _devices;
    readonly bool _anyRedacts;
    int _liveInputs;

    BlueprintCheck(IReadOnlyList<BlueprintNode> nodes, IReadOnlyList<ComputeDevice> devices) =>
        (_devices, _anyRedacts) = (devices, AnyRedacts(nodes));

    /// <summary>Checks a chain.</summary>
    /// <exception cref="ChainValidationException">Something is wrong.</exception>
    public static void Run(string chain, IReadOnlyList<BlueprintNode> nodes, ChainOptions options, IReadOnlyList<ComputeDevice> devices)
    {
        var check = new BlueprintCheck(nodes, devices);
        check.Options(options);
        if (nodes.Count == 0)
        {
            check._errors.Add("It has no blocks; add one with Then, Stream or Revise.");
        }

        check.Nodes(nodes, "", options.Budget, redacted: false);
        BlueprintSpeculation.Check(nodes, "", reached: false, inLoop: false, check._errors);
        if (check._errors.Count > 0)
        {
            throw new ChainValidationException(chain, check._errors);
        }
    }

    void Options(ChainOptions options)
    {
        AtLeastOne("ChainOptions.MaxTurns", options.MaxTurns);
        AtLeastOne("ChainOptions.MaxWaitingTurns", options.MaxWaitingTurns);
        AtLeastOne("ChainOptions.OutputCapacity", options.OutputCapacity);
        if (options.Grace < TimeSpan.Zero)
        {
            _errors.Add($"ChainOptions.Grace is {Ms(options.Grace)}; it must not be negative.");
        }

        AtLeastOne("SpeculationOptions.HoldCapacity", options.Speculation.HoldCapacity);
        if (options.Speculation.HookTimeout <= TimeSpan.Zero)
        {
            _errors.Add($"SpeculationOptions.HookTimeout is {Ms(options.Speculation.HookTimeout)}; it must be more than zero.");
        }

        if (options.Speculation.WasteBurst < TimeSpan.Zero)
        {
            _errors.Add($"SpeculationOptions.WasteBurst is {Ms(options.Speculation.WasteBurst)}; it must not be negative.");
        }

        if (options.Speculation.WasteShare is { } share && !(share >= 0))
        {
            _errors.Add(string.Create(CultureInfo.InvariantCulture, $"SpeculationOptions.WasteShare is {share}; it must be 0 or more."));
        }

        if (options.Budget is { ToFirst: { } first, ToLast: { } total } && first > total)
        {
            _errors.Add($"The chain's budget to its first output ({Ms(first)}) is larger than to its last ({Ms(total)}).");
        }
    }

    /// <summary>Checks a stretch of blocks; says whether what leaves it was redacted.</summary>
    bool Nodes(IReadOnlyList<BlueprintNode> nodes, string prefix, LatencyBudget outer, bool redacted)
    {
        foreach (BlueprintNode node in nodes)
        {
            string name = prefix + node.Name;
            Name(node, name);
            Settings(node, name, outer);
            Shape(node, name);
            if (node.Settings.SendsOut && _anyRedacts && !redacted)
            {
                _errors.Add($"Block '{name}' sends its input out of the process before any block has redacted it; move the redaction in front of it.");
            }

            bool[] branches = [.. node.Branches.Select(branch => Nodes(
                branch.Nodes,
                node.Kind == NodeKind.SubChain ? name + "/" : prefix,
                node.Kind == NodeKind.SubChain && !node.Settings.Budget.IsNone ? node.Settings.Budget : outer,
                redacted))];
            redacted |= node.Settings.Redacts || (branches.Length > 0 && branches.All(b => b));
        }

        return redacted;
    }

    void Name(BlueprintNode node, string name)
    {
        if (string.IsNullOrWhiteSpace(node.Name) || node.Name.Contains('/', StringComparison.Ordinal))
        {
            _errors.Add($"A block is named '{node.Name}'; a name must not be empty nor contain '/'.");
        }
        else if (Reserved.Contains(node.Name, StringComparer.Ordinal))
        {
            _errors.Add($"A block is named '{node.Name}', a name the report uses itself; choose another.");
        }
        else if (!_names.Add(name))
        {
            _errors.Add($"Two blocks are named '{name}'; every block needs a name of its own.");
        }
    }

    void Settings(BlueprintNode node, string name, LatencyBudget outer)
    {
        BlockSettings settings = node.Settings;
        AtLeastOne($"Block '{name}': Concurrency", settings.Concurrency ?? 1);
        AtLeastOne($"Block '{name}': Capacity", settings.Capacity ?? 1);
        AtLeastOne($"Block '{name}': StreamCapacity", settings.StreamCapacity);
        if (settings.Device is { } device && !_devices.Any(device.Accepts))
        {
            _errors.Add($"Block '{name}' {DeviceNotPresentException.Describe(device, _devices)}");
        }

        if (node.HasFallback && settings.Budget.IsNone)
        {
            _errors.Add($"Block '{name}' has a fallback that nothing leads to: it has no budget that could run out; give it one.");
        }

        LatencyBudget budget = settings.Budget;
        if (settings.LiveInput)
        {
            if (++_liveInputs == 2)
            {
                _errors.Add($"Block '{name}' has live input, and so has a block before it; a turn's input ends once.");
            }

            outer = LatencyBudget.None;
        }

        Larger(name, "total budget", budget.ToLast, "the total of what is around it", outer.ToLast);
        Larger(name, "budget to its first output", budget.ToFirst, "the total of what is around it", outer.ToLast);
        if (node.Kind is NodeKind.Stream or NodeKind.Each)
        {
            Larger(name, "budget to its first output", budget.ToFirst, "the time to the first output of what is around it", outer.ToFirst);
        }
        else if (node.Kind is NodeKind.Block or NodeKind.Revise or NodeKind.Route or NodeKind.Through)
        {
            Larger(name, "total budget", budget.ToLast, "the time to the first output of what is around it", outer.ToFirst);
        }

        if (budget is { ToFirst: { } first, ToLast: { } total } && first > total)
        {
            _errors.Add($"Block '{name}': its budget to its first output ({Ms(first)}) is larger than its total ({Ms(total)}).");
        }
    }

    void Shape(BlueprintNode node, string name)
    {
        if (node.Mistake is not null)
        {
            _errors.Add($"Block '{name}' {node.Mistake}");
        }

        if (node.Output is { } made && IsTask(made))
        {
            _errors.Add($"Block '{name}' makes a {made.Name.Split('`')[0]} as its value; an asynchronous step takes (input, cancellationToken) and returns a ValueTask.");
        }

        if (node.MaxRounds is { } rounds)
        {
            if (rounds < 1)
            {
                _errors.Add($"Loop '{name}' has a bound of {rounds} rounds, so it is unbounded or empty; it must be at least 1.");
            }

            if (node.Branches[0].Nodes.Count == 0)
            {
                _errors.Add($"Loop '{name}' has an empty body and would spin.");
            }
        }

        if (node.Kind == NodeKind.Route)
        {
            Routes(node, name);
        }
    }

    void Routes(BlueprintNode node, string name)
    {
        string[] routes = [.. node.Branches.Select(b => b.Label)];
        foreach (string twice in routes.GroupBy(r => r, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key))
        {
            _errors.Add($"Router '{name}' has two routes named '{twice}'; the second is unreachable.");
        }

        if (node.ChoosableRoutes is not { } choosable)
        {
            return;
        }

        string[] named = node.HasOtherwise ? routes[..^1] : routes;
        foreach (string route in named.Except(choosable, StringComparer.Ordinal))
        {
            _errors.Add($"Router '{name}': route '{route}' is unreachable, the classifier chooses only {string.Join(", ", choosable)}.");
        }

        if (node.HasOtherwise && !choosable.Except(named, StringComparer.Ordinal).Any())
        {
            _errors.Add($"Router '{name}': the route '{routes[^1]}' for everything else is unreachable, every route the classifier chooses is there.");
        }

        if (!node.HasOtherwise && choosable.Except(named, StringComparer.Ordinal).ToArray() is { Length: > 0 } missing)
        {
            _errors.Add($"Router '{name}' has no route for {string.Join(", ", missing)}; add it with To, or add Otherwise.");
        }
    }

    void Larger(string name, string what, TimeSpan? budget, string than, TimeSpan? outer)
    {
        if (budget > outer)
        {
            _errors.Add($"Block '{name}': its {what} ({Ms(budget.Value)}) is larger than {than} ({Ms(outer.Value)}).");
        }
    }

    void AtLeastOne(string what, int value)
    {
        if (value < 1)
        {
            _errors.Add(string.Create(CultureInfo.InvariantCulture, $"{what} is {value}; every queue is bounded and must hold at least 1."));
        }
    }

    static bool AnyRedacts(IReadOnlyList<BlueprintNode> nodes) =>
        nodes.Any(n => n.Settings.Redacts || n.Branches.Any(b => AnyRedacts(b.Nodes)));

    static bool IsTask(Type type) =>
        typeof(Task).IsAssignableFrom(type) || type == typeof(ValueTask) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>));

    static string Ms(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.###} ms");
}

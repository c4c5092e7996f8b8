using AgentChain.Blocks;
using AgentChain.Devices;

namespace AgentChain.Building;

/// <summary>Finds all errors in a chain before it is linked.</summary>
sealed class BlueprintCheck
{
    readonly List<string> _errors = [];
    readonly BlueprintNames _names;
    readonly IReadOnlyList<ComputeDevice> _devices;
    readonly bool _anyRedacts;

    /// <summary>Whether fallbacks also run when a turn is predicted to be late.</summary>
    readonly bool _degrades;
    readonly string _hint;
    int _liveInputs;

    BlueprintCheck(IReadOnlyList<BlueprintNode> nodes, IReadOnlyList<ComputeDevice> devices, ChainOptions options)
    {
        (_devices, _anyRedacts, _degrades, _names) = (devices, AnyRedacts(nodes), options.Overload is not null, new BlueprintNames(_errors));
        _hint = options.Devices is null ? " ChainOptions.Devices is not set, so the chain has no other device than the processor." : "";
    }

    /// <summary>Checks a chain.</summary>
    /// <exception cref="ChainValidationException">The chain is not valid.</exception>
    public static void Run(
        string chain, IReadOnlyList<BlueprintNode> nodes, ChainOptions options, bool isStream, IReadOnlyList<ComputeDevice> devices)
    {
        var check = new BlueprintCheck(nodes, devices, options);
        new ChainOptionsCheck(check._errors).Check(options, isStream);
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

    /// <summary>Checks a sequence of blocks and returns whether its output was redacted.</summary>
    bool Nodes(IReadOnlyList<BlueprintNode> nodes, string prefix, LatencyBudget outer, bool redacted)
    {
        BlueprintLeases.Check(nodes, prefix, _devices, _errors);
        foreach (BlueprintNode node in nodes)
        {
            string name = prefix + node.Name;
            _names.Check(node, name);
            Settings(node, name, outer);
            Shape(node, name);
            if (node.Settings.SendsOut && _anyRedacts && !redacted)
            {
                _errors.Add($"Block '{name}' sends its input out of the process before any block has redacted it; move the redaction upstream of it.");
            }

            bool[] branches = [.. node.Branches.Select(branch => Nodes(
                branch.Nodes,
                node.PrefixInside(prefix),
                node.Kind == NodeKind.SubChain && !node.Settings.Budget.IsNone ? node.Settings.Budget : outer,
                redacted))];
            redacted |= node.Settings.Redacts || (branches.Length > 0 && branches.All(b => b));
        }

        return redacted;
    }

    void Settings(BlueprintNode node, string name, LatencyBudget outer)
    {
        BlockSettings settings = node.Settings;
        AtLeastOne($"Block '{name}': Concurrency", settings.Concurrency ?? 1);
        AtLeastOne($"Block '{name}': Capacity", settings.Capacity ?? 1);
        AtLeastOne($"Block '{name}': StreamCapacity", settings.StreamCapacity);
        if (settings.Concurrency > settings.Capacity)
        {
            _errors.Add(OptionCheck.Text(
                $"Block '{name}': Concurrency is {settings.Concurrency}, more than its Capacity of {settings.Capacity}, which includes the values in progress; raise Capacity or lower Concurrency."));
        }

        if (node.ReturnsOne && settings.Budget.StallLimit is { } stall)
        {
            _errors.Add($"Block '{name}': its longest stall is {OptionCheck.Ms(stall)}, but it returns one value and cannot stall between outputs; limit its total time with Budget.");
        }

        if (settings.Device is { } device && !_devices.Any(device.Accepts))
        {
            _errors.Add($"Block '{name}' {DeviceNotPresentException.Describe(device, _devices)}{_hint}");
        }

        BlueprintDevices.Check(node, name, _devices, _errors);
        foreach (IHasInnerDevices block in node.Blocks.OfType<IHasInnerDevices>())
        {
            bool isFallback = node.HasFallbackBlock && ReferenceEquals(block, node.Blocks[^1]);
            InnerDevices(block, name, isFallback ? null : settings.Device);
        }

        if (node.HasFallback && settings.Budget.IsNone && !_degrades && !node.Blocks.OfType<IHasOwnLimits>().Any())
        {
            _errors.Add($"Block '{name}' has a fallback that can never run: the block has no budget that could run out; give it one.");
        }

        LatencyBudget budget = settings.Budget;
        if (settings.LiveInput)
        {
            if (++_liveInputs == 2)
            {
                _errors.Add($"Block '{name}' has live input, and so does an earlier block; a turn's input ends only once.");
            }

            outer = LatencyBudget.None;
        }

        Larger(name, "total budget", budget.TotalLimit, "the enclosing total budget", outer.TotalLimit);
        Larger(name, "budget to its first output", budget.FirstOutputLimit, "the enclosing total budget", outer.TotalLimit);
        if (node.Kind is NodeKind.Stream or NodeKind.Each)
        {
            Larger(
                name, "budget to its first output", budget.FirstOutputLimit,
                "the enclosing budget to the first output", outer.FirstOutputLimit);
        }
        else if (node.Kind is NodeKind.Block or NodeKind.Revise or NodeKind.Route or NodeKind.Through)
        {
            Larger(name, "total budget", budget.TotalLimit, "the enclosing budget to the first output", outer.FirstOutputLimit);
        }

        if (budget is { FirstOutputLimit: { } first, TotalLimit: { } total } && first > total)
        {
            _errors.Add($"Block '{name}': its budget to its first output ({OptionCheck.Ms(first)}) is larger than its total ({OptionCheck.Ms(total)}).");
        }
    }

    void InnerDevices(IHasInnerDevices block, string name, DeviceRequest? requested)
    {
        try
        {
            IReadOnlyList<InnerDevice> works = block.InnerDevices ?? [];
            InnerDevice[] phases = [.. works.Where(work => work.Phase != WorkPhase.Whole)];
            if (requested is { } held && phases.Length > 0)
            {
                _errors.Add($"Block '{name}' leases a device for each of its phases itself ({string.Join(", ", phases.Select(phase => $"{phase.Work} on {phase.Device}"))}), and would hold {held} meanwhile for nothing. Add it without On.");
                return;
            }

            foreach ((string work, DeviceRequest device) in works)
            {
                IReadOnlyList<ComputeDevice> accepted = device.Among(_devices);
                if (accepted.Count == 0)
                {
                    _errors.Add($"Block '{name}/{work}' {DeviceNotPresentException.Describe(device, _devices)}{_hint}");
                }
                else if (requested is { } own && accepted.All(one => one.MaxLeases == 1 && own.Accepts(one)))
                {
                    _errors.Add($"Block '{name}/{work}' requests {device}, which block '{name}' holds while it waits; use another device, or raise its MaxLeases.");
                }
            }
        }
        catch (Exception error)
        {
            _errors.Add($"Block '{name}' does not tell which devices its works need: InnerDevices failed with {error.GetType().Name}.");
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
            _errors.Add($"Block '{name}' returns a {made.Name.Split('`')[0]} as its value; an asynchronous step takes (input, cancellationToken) or (input, context, cancellationToken) and returns a Task or a ValueTask.");
        }

        if (node.MaxRounds is { } rounds)
        {
            if (rounds < 1)
            {
                _errors.Add(OptionCheck.Text($"Loop '{name}' has a bound of {rounds} rounds, so it is unbounded or empty; it must be at least 1."));
            }

            if (node.Branches[0].Nodes.Count == 0)
            {
                _errors.Add($"Loop '{name}' has an empty body and would spin.");
            }
        }

        if (node.Kind == NodeKind.Route)
        {
            BlueprintRoutes.Check(node, name, _errors);
        }
    }

    void Larger(string name, string what, TimeSpan? budget, string than, TimeSpan? outer)
    {
        if (budget > outer)
        {
            _errors.Add($"Block '{name}': its {what} ({OptionCheck.Ms(budget.Value)}) is larger than {than} ({OptionCheck.Ms(outer.Value)}).");
        }
    }

    void AtLeastOne(string what, int value)
    {
        if (value < 1)
        {
            _errors.Add(OptionCheck.Text($"{what} is {value}; it must be at least 1."));
        }
    }

    static bool AnyRedacts(IReadOnlyList<BlueprintNode> nodes) =>
        nodes.Any(n => n.Settings.Redacts || n.Branches.Any(b => AnyRedacts(b.Nodes)));

    static bool IsTask(Type type) =>
        typeof(Task).IsAssignableFrom(type)
        || type == typeof(ValueTask)
        || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>));
}

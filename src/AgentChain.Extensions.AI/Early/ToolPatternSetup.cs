namespace AgentChain.Extensions.AI;

/// <summary>
/// Declares the calls that usually follow, and how their arguments are made; a <see cref="ToolPatterns"/> learns how often they do. Not
/// thread-safe; used only while the agent is made. The functions must be pure; one that throws costs its own guess only.
/// </summary>
public sealed class ToolPatternSetup
{
    readonly List<(string? After, string Tool, Func<EarlyMoment, IReadOnlyDictionary<string, object?>?> Arguments)> _links = [];
    readonly ToolPatterns _table;
    Func<AgentRequest, string?> _classOf = static _ => "";

    internal ToolPatternSetup(ToolPatterns table) => _table = table;

    /// <summary>The names of the tools that may be called early.</summary>
    internal IEnumerable<string> Tools => _links.Select(link => link.Tool);

    /// <summary>Sets the class of a request, such as the user's intent. By default, all requests are of one class.</summary>
    /// <param name="classOf">
    /// A function that returns the class, one of a small number of names without text of the user, or <see langword="null"/> if nothing
    /// usually
    /// follows.
    /// </param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="classOf"/> is <see langword="null"/>.</exception>
    public ToolPatternSetup ClassOf(Func<AgentRequest, string?> classOf)
    {
        ArgumentNullException.ThrowIfNull(classOf);
        _classOf = classOf;
        return this;
    }

    /// <summary>Declares a tool that can follow a request.</summary>
    /// <param name="tool">The name of the tool.</param>
    /// <param name="arguments">
    /// A function that makes the arguments of the request, or returns <see langword="null"/> if it cannot.
    /// </param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    public ToolPatternSetup Request(string tool, Func<AgentRequest, IReadOnlyDictionary<string, object?>?> arguments)
    {
        ArgumentNullException.ThrowIfNull(tool);
        ArgumentNullException.ThrowIfNull(arguments);
        _links.Add((null, tool, moment => arguments(moment.Request)));
        return this;
    }

    /// <summary>Declares a tool that can follow another.</summary>
    /// <param name="previous">The name of the tool whose call has completed.</param>
    /// <param name="tool">The name of the tool that can follow.</param>
    /// <param name="arguments">
    /// A function that makes the arguments of the previous call and its result, or returns <see langword="null"/> if it cannot.
    /// </param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    public ToolPatternSetup Follows(string previous, string tool, Func<EarlyMoment, IReadOnlyDictionary<string, object?>?> arguments)
    {
        ArgumentNullException.ThrowIfNull(previous);
        ArgumentNullException.ThrowIfNull(tool);
        ArgumentNullException.ThrowIfNull(arguments);
        _links.Add((previous, tool, arguments));
        return this;
    }

    /// <summary>Returns the calls that can follow a moment, the likeliest first.</summary>
    internal IEnumerable<EarlyCall> Propose(EarlyMoment moment)
    {
        string? after = moment.Tool is { } tool ? ToolPatterns.AfterTool(tool)
            : _classOf(moment.Request) is { } name ? ToolPatterns.AfterRequest(name)
            : null;
        return after is null ? [] : _links
            .Where(link => link.After == moment.Tool)
            .Select(link => (link.Tool, Arguments: Make(link.Arguments, moment)))
            .Where(made => made.Arguments is not null)
            .Select(made => new EarlyCall(made.Tool, made.Arguments, _table.Probability(after, made.Tool)) { Pattern = (_table, after) })
            .OrderByDescending(call => call.Probability);
    }

    static IReadOnlyDictionary<string, object?>? Make(
        Func<EarlyMoment, IReadOnlyDictionary<string, object?>?> arguments, EarlyMoment moment)
    {
        try
        {
            return arguments(moment);
        }
        catch (Exception)
        {
            return null;
        }
    }
}

namespace AgentChain.Extensions.AI;

/// <content>Early calls of tools.</content>
public sealed partial class AgentSetup
{
    readonly List<EarlySource> _early = [];
    readonly List<string> _earlyTools = [];

    internal IReadOnlyList<EarlySource> EarlySources
    {
        get
        {
            foreach (string name in _earlyTools)
            {
                if (!_tools.TryGetValue(name, out AgentTool? tool) || !tool.MayRunEarly)
                {
                    throw new AgentSetupException(name, tool is null
                        ? $"A pattern of the agent names the tool '{name}', which the agent does not have. Add it, or correct the pattern."
                        : $"A pattern of the agent calls the tool '{name}' early, which is {tool.Effect}. Remove the pattern, or declare the effect of the tool: Pure, or Idempotent with Early().");
                }
            }

            return [.. _early];
        }
    }

    /// <summary>
    /// Adds a rule that proposes calls at the beginning of each turn, also of one whose input can still turn out to be wrong. A proposed
    /// call
    /// runs before the model makes it, if the chain's controller finds it worth its price; the model's own call, with the same tool and an
    /// equal
    /// commit key, then takes the result. The answer never changes.
    /// </summary>
    /// <param name="rule">
    /// A function that returns the likely calls, or none. It must be pure and quick. If it throws, its calls do not run early.
    /// </param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="rule"/> is <see langword="null"/>.</exception>
    /// <remarks>
    /// Calls of tools that may not run early are ignored: those with an effect, unless it is <see cref="Effect.Idempotent"/> and the tool
    /// was
    /// declared with <see cref="ToolSetup.Early"/>. An early call that the model does not make is canceled at the end of the turn. The
    /// turn's
    /// account, <c>TurnReport.Speculation</c>, counts it. An early call that fails is not shown to the model, whose call then runs as
    /// usual.
    /// </remarks>
    public AgentSetup Early(Func<AgentRequest, IEnumerable<EarlyCall>> rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        _early.Add(new(
            (moment, _) => moment.Tool is null ? (rule(moment.Request) ?? []).ToAsyncEnumerable() : AsyncEnumerable.Empty<EarlyCall>()));
        return this;
    }

    /// <summary>
    /// Adds a source that proposes calls at the beginning of each turn and after each call of the model that completed, such as a small
    /// model.
    /// </summary>
    /// <param name="source">
    /// A function that returns the likely calls. It runs beside the model. Its token is canceled when the turn ends.
    /// </param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="source"/> is <see langword="null"/>.</exception>
    /// <remarks><inheritdoc cref="Early(Func{AgentRequest, IEnumerable{EarlyCall}})" path="/remarks"/></remarks>
    public AgentSetup Early(Func<EarlyMoment, CancellationToken, IAsyncEnumerable<EarlyCall>> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        _early.Add(new(source));
        return this;
    }

    /// <summary>Proposes the calls that usually follow, with probabilities that are learned from each turn that completes.</summary>
    /// <param name="table">The table of probabilities, which can be saved, loaded and shared.</param>
    /// <param name="setup">A callback that declares the calls that can follow, and how their arguments are made.</param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <remarks>
    /// <inheritdoc cref="Early(Func{AgentRequest, IEnumerable{EarlyCall}})" path="/remarks"/>
    /// <para>
    /// <see cref="AgentExtensions.AsAgent"/> throws an <see cref="AgentSetupException"/> if a pattern names a tool that may not run early.
    /// </para>
    /// </remarks>
    public AgentSetup Early(ToolPatterns table, Action<ToolPatternSetup> setup)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(setup);
        var patterns = new ToolPatternSetup(table);
        setup(patterns);
        _earlyTools.AddRange(patterns.Tools);
        _early.Add(new((moment, _) => patterns.Propose(moment).ToAsyncEnumerable(), IsTable: true));
        return this;
    }
}

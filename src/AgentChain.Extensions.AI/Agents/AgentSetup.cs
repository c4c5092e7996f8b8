using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>Declares an agent: its instructions, its tools and its limits. Not thread-safe; used only while the agent is made.</summary>
public sealed partial class AgentSetup
{
    readonly Dictionary<string, AgentTool> _tools = new(StringComparer.Ordinal);

    internal AgentSetup()
    {
    }

    internal string? InstructionsValue { get; private set; }

    internal IReadOnlyDictionary<string, AgentTool> ToolValues => _tools;

    internal int MaxRoundsValue { get; private set; } = 8;

    internal int MaxCallsValue { get; private set; } = 128;

    internal int MaxRepairsValue { get; private set; } = 3;

    internal AgentOverrun OverrunValue { get; private set; }

    internal int MaxResultValue { get; private set; } = 64 * 1024;

    internal TimeSpan GraceValue { get; private set; } = TimeSpan.FromMilliseconds(100);

    internal bool TellsErrors { get; private set; }

    ChatOptions? OptionsValue { get; set; }

    /// <summary>
    /// Sets the instructions, which precede the messages of every request as a system message. By default there are none.
    /// </summary>
    /// <param name="text">The instructions.</param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is <see langword="null"/>.</exception>
    public AgentSetup Instructions(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        InstructionsValue = text;
        return this;
    }

    /// <summary>Adds a tool.</summary>
    /// <param name="function">The function, such as one of <see cref="AIFunctionFactory"/> or an MCP tool.</param>
    /// <param name="setup">A callback that declares what the chain needs to know, or <see langword="null"/> for the defaults.</param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="function"/> is <see langword="null"/>.</exception>
    /// <exception cref="AgentSetupException">
    /// The agent has a tool of this name, in whatever case, the function's schema cannot be read, or the function requires an approval.
    /// </exception>
    public AgentSetup Tool(AIFunction function, Action<ToolSetup>? setup = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        var declared = new ToolSetup();
        setup?.Invoke(declared);
        AgentTool tool = declared.Build(function);
        if (_tools.Keys.FirstOrDefault(name => string.Equals(name, tool.Name, StringComparison.OrdinalIgnoreCase)) is { } other)
        {
            throw new AgentSetupException(tool.Name, other == tool.Name
                ? $"The agent has two tools of the name '{tool.Name}', which the model could not tell apart. Rename one of them, or leave it out."
                : $"The agent has the tools '{other}' and '{tool.Name}', which differ only in case, so the model would mix them up. Rename one of them, or leave it out.");
        }

        _tools.Add(tool.Name, tool);
        return this;
    }

    /// <summary>Adds several tools with the same declaration, such as those of an MCP server.</summary>
    /// <param name="functions">The functions.</param>
    /// <param name="setup">A callback that declares what the chain needs to know, or <see langword="null"/> for the defaults.</param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="functions"/> or one of them is <see langword="null"/>.</exception>
    /// <exception cref="AgentSetupException">As for <see cref="Tool"/>.</exception>
    public AgentSetup Tools(IEnumerable<AIFunction> functions, Action<ToolSetup>? setup = null)
    {
        ArgumentNullException.ThrowIfNull(functions);
        foreach (AIFunction function in functions)
        {
            Tool(function, setup);
        }

        return this;
    }

    /// <summary>
    /// Limits the rounds of one turn in which the model may call tools. After the last one, the model is asked once more, without tools.
    /// The default is 8.
    /// </summary>
    /// <param name="rounds">The limit, at least 1.</param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rounds"/> is less than 1.</exception>
    public AgentSetup MaxRounds(int rounds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        MaxRoundsValue = rounds;
        return this;
    }

    /// <summary>
    /// Limits the tool calls in one answer of the model. The first call beyond the limit is refused, what follows it is not read, and the
    /// next round begins with the results of the others. The default is 128.
    /// </summary>
    /// <param name="calls">The limit, at least 1.</param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="calls"/> is less than 1.</exception>
    public AgentSetup MaxCalls(int calls)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(calls, 1);
        MaxCallsValue = calls;
        return this;
    }

    /// <summary>
    /// Limits the rounds in a row in which the model may repair calls that cannot be run: of a tool that does not exist, or with arguments
    /// that do not fit. It is told what is wrong each time; one more such round is an overrun. The default is 3.
    /// </summary>
    /// <param name="rounds">The limit, zero or more.</param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rounds"/> is negative.</exception>
    public AgentSetup MaxRepairs(int rounds)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rounds);
        MaxRepairsValue = rounds;
        return this;
    }

    /// <summary>
    /// Sets what happens when the model still calls tools after its last round, or cannot repair its calls. By default, the overrun rule of
    /// the block decides: <c>.Stream("agent", agent, o => o.OnOverrun(Overrun.Fallback(update)))</c>.
    /// </summary>
    /// <param name="action">The action.</param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="action"/> is not a declared value.</exception>
    public AgentSetup OnOverrun(AgentOverrun action)
    {
        OverrunValue = Enum.IsDefined(action) ? action : throw new ArgumentOutOfRangeException(nameof(action), action, "Use a declared action.");
        return this;
    }

    /// <summary>
    /// Limits the size of a tool's result. The model gets the beginning of a larger one, and is told so. The default is 65,536.
    /// </summary>
    /// <param name="characters">The limit, in characters of text or JSON, at least 1.</param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="characters"/> is less than 1.</exception>
    public AgentSetup MaxResult(int characters)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(characters, 1);
        MaxResultValue = characters;
        return this;
    }

    /// <summary>
    /// Sets the time in which a tool must end after its token was canceled. One that does not is detached. The default is 100 ms.
    /// </summary>
    /// <param name="time">The time, zero or more.</param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="time"/> is out of range.</exception>
    public AgentSetup Grace(TimeSpan time)
    {
        GraceValue = time >= TimeSpan.Zero && time.TotalMilliseconds <= int.MaxValue
            ? time
            : throw new ArgumentOutOfRangeException(nameof(time), time, "The grace is zero or more, and at most 24 days.");
        return this;
    }

    /// <summary>
    /// Lets the model see the messages of the exceptions that tools throw. By default, it sees their types only, because a message can
    /// contain secrets.
    /// </summary>
    /// <param name="tells"><see langword="true"/> to include the messages.</param>
    /// <returns>This instance.</returns>
    public AgentSetup DetailedErrors(bool tells = true)
    {
        TellsErrors = tells;
        return this;
    }

    /// <summary>Sets the options of every request, such as the model and the temperature.</summary>
    /// <param name="options">
    /// The options, which are copied. Functions among their tools are refused; hosted tools, such as a search by the provider, are kept.
    /// </param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is <see langword="null"/>.</exception>
    /// <exception cref="AgentSetupException">The tools of the options contain a function; add it with <see cref="Tool"/>.</exception>
    public AgentSetup Options(ChatOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionsValue = Checked(options);
        return this;
    }

    /// <summary>Copies options, which may contain hosted tools, but no function.</summary>
    static ChatOptions Checked(ChatOptions options) => options.Tools?.OfType<AIFunctionDeclaration>().FirstOrDefault() is { } function
        ? throw new AgentSetupException(function.Name, $"The options contain the function '{function.Name}'. Add it with Tool(...), so that the agent runs it.")
        : options.Clone();

    /// <summary>Makes the options of the requests. The client sees declarations, so that no middleware invokes a tool.</summary>
    ChatOptions RequestOptions(ChatOptions? given, bool mayCall)
    {
        ChatOptions options = given?.Clone() ?? new ChatOptions();
        if (_tools.Count > 0)
        {
            options.Tools = [.. options.Tools ?? [], .. _tools.Values.Select(tool => tool.Function.AsDeclarationOnly())];
        }

        if (!mayCall && options.Tools is { Count: > 0 })
        {
            options.ToolMode = ChatToolMode.None;
        }

        return options;
    }
}

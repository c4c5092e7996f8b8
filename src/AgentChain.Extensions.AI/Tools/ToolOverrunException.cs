namespace AgentChain.Extensions.AI;

/// <summary>The exception for a tool that exceeded its budget under the rule <see cref="ToolOverrun.Fail"/>.</summary>
public sealed class ToolOverrunException : Exception
{
    internal ToolOverrunException(string tool, TimeSpan budget)
        : base($"The tool '{tool}' exceeded its budget of {budget.TotalMilliseconds} ms. Raise the budget, or let the model be told with OnOverrun(ToolOverrun.Answer).") =>
        (Tool, Budget) = (tool, budget);

    /// <summary>Gets the name of the tool.</summary>
    public string Tool { get; }

    /// <summary>Gets the budget that the tool exceeded.</summary>
    public TimeSpan Budget { get; }
}

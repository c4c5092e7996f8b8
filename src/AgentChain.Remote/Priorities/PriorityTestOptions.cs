namespace AgentChain.Remote;

/// <summary>Specifies the burst of <see cref="ChatServer.TestPriorityAsync"/>.</summary>
public sealed record PriorityTestOptions
{
    /// <summary>Gets the number of requests that fill the server first.</summary>
    /// <value>
    /// 0 or more. <see langword="null"/>, the default, for <see cref="ChatServerOptions.MaxRequests"/>. It must be at least as many as the
    /// server serves at once: without a queue, there is no order to find.
    /// </value>
    public int? Fill { get; init; }

    /// <summary>Gets the number of requests with the low number, and of those with the high one.</summary>
    /// <value>4 to 1,000. The default is 12.</value>
    public int Each { get; init; } = 12;

    /// <summary>Gets the maximum number of tokens of each answer.</summary>
    /// <value>At least 1. The default is 16.</value>
    public int MaxOutputTokens { get; init; } = 16;

    /// <summary>Gets the question that is asked in each request.</summary>
    /// <value>The default asks for numbers.</value>
    public string Question { get; init; } = "Count from one to one hundred in words.";

    internal PriorityTestOptions Check()
    {
        if (Fill is { } fill)
        {
            OptionCheck.Within(fill, 0, 10_000, "PriorityTestOptions.Fill");
        }

        OptionCheck.Within(Each, 4, 1_000, "PriorityTestOptions.Each");
        OptionCheck.AtLeast(MaxOutputTokens, 1, "PriorityTestOptions.MaxOutputTokens");
        OptionCheck.NotNull(Question, "PriorityTestOptions.Question");
        return this;
    }
}

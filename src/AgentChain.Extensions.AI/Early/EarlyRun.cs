namespace AgentChain.Extensions.AI;

/// <summary>One early call that was started: its task, and its place in the account of the turn.</summary>
sealed class EarlyRun(PreparedCall call, double probability, EarlyWork work, CancellationTokenSource stop)
{
    public PreparedCall Call => call;

    /// <summary>The probability that the model makes the call.</summary>
    public double Probability => probability;

    /// <summary>The answer of the tool. Never fails.</summary>
    public Task<ToolAnswer> Answer { get; private set; } = Task.FromResult(ToolAnswer.NotBegun);

    public void Start(ToolInvoker invoker, BlockContext context) => Answer = RunAsync(invoker, context);

    /// <summary>The model made the call.</summary>
    /// <returns>False if the turn has ended, so that the result must not be used.</returns>
    public bool Commit()
    {
        bool isUsable = work.Commit();
        if (isUsable)
        {
            work.Await();
        }

        return isUsable;
    }

    /// <summary>The model did not make the call: its token is canceled.</summary>
    public void Cancel()
    {
        work.Terminate();
        ToolInvoker.Cancel(stop);
    }

    async Task<ToolAnswer> RunAsync(ToolInvoker invoker, BlockContext context)
    {
        ToolAnswer answer;
        try
        {
            answer = await invoker.InvokeAsync(call, context.TurnId, context.Remaining, work, stop.Token);
        }
        catch (Exception error)
        {
            answer = ToolAnswer.Failed($"The early call failed with {error.GetType().Name}.");
        }

        work.End(answer.InnerStatus);
        return answer;
    }
}

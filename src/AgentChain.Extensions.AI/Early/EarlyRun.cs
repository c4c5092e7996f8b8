namespace AgentChain.Extensions.AI;

/// <summary>One early call that was started: its task, and its place in the account of the turn.</summary>
sealed class EarlyRun
{
    readonly EarlyWork _work;
    readonly CancellationTokenSource _stop;
    readonly CallPlace _place;

    public EarlyRun(PreparedCall call, double probability, EarlyWork work, CancellationToken token)
    {
        (Call, Probability, _work) = (call, probability, work);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        _place = new CallPlace(call.Tool.Slots, GiveUp, probability);
    }

    public PreparedCall Call { get; }

    public InnerWork Work => _work;

    /// <summary>The probability that the model makes the call.</summary>
    public double Probability { get; }

    /// <summary>The answer of the tool. Never fails.</summary>
    public Task<ToolAnswer> Answer { get; private set; } = Task.FromResult(ToolAnswer.NotBegun);

    public void Start(ToolInvoker invoker, BlockContext context) => Answer = RunAsync(invoker, context);

    /// <summary>The model made the call.</summary>
    /// <returns>False if the turn has ended, so that the result must not be used.</returns>
    public bool Commit()
    {
        bool isUsable = _work.Commit();
        if (isUsable)
        {
            _place.Keep();
        }

        return isUsable;
    }

    /// <summary>The model did not make the call: its token is canceled.</summary>
    public void Cancel()
    {
        _work.Terminate();
        ToolInvoker.Cancel(_stop);
    }

    /// <summary>
    /// A real call needs the place. Canceled by a task of its own, because callbacks of the tool must not delay that call.
    /// </summary>
    bool GiveUp()
    {
        if (!_work.Abandon())
        {
            return false;
        }

        _ = Task.Factory.StartNew(
            () => ToolInvoker.Cancel(_stop), CancellationToken.None, TaskCreationOptions.DenyChildAttach, TaskScheduler.Current);
        return true;
    }

    async Task<ToolAnswer> RunAsync(ToolInvoker invoker, BlockContext context)
    {
        ToolAnswer answer;
        try
        {
            answer = await invoker.InvokeAsync(Call, _place, context.TurnId, context.Remaining, _work, _stop.Token);
        }
        catch (Exception error)
        {
            answer = ToolAnswer.Failed($"The early call failed with {error.GetType().Name}.");
        }

        _work.End(answer.InnerStatus);
        return answer;
    }
}

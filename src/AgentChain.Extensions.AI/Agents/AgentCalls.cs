namespace AgentChain.Extensions.AI;

/// <summary>Runs the calls of one run, each as soon as it is seen, and answers each of them once.</summary>
/// <remarks>
/// <code>
///  call seen
///   1. find the tool, check the arguments ------------- refused: failed
///   2. pure ........................................... runs at once, also on a hypothesis
///      idempotent ... waits for the commit ............ runs beside the others
///      effectful .... is an equal call there? ......... shares its answer
///                     waits for the one before it, then for the commit
///   3. the invoker: place, budget, answer
/// </code>
/// </remarks>
sealed class AgentCalls(
    AgentBlock agent, TurnRecord record, ToolInvoker invoker, BlockContext context, string scope,
    EarlyCalls? early, Action commit, CancellationToken token)
{
    readonly Dictionary<(AgentTool Tool, string Key), Task<ToolAnswer>> _effects = [];
    readonly List<Task<ToolAnswer>> _all = [];
    readonly List<string> _ids = [];
    readonly List<InnerWork> _works = [];
    Task _lastEffect = Task.CompletedTask;
    bool _isAwaited;

    /// <summary>The number of calls so far.</summary>
    public int Count => _all.Count;

    /// <summary>Whether a tool still runs, or waits.</summary>
    public bool AreOpen => _all.Exists(task => !task.IsCompleted);

    /// <summary>Starts a call. Called by the run only, one call after another.</summary>
    public void Start(CallRecord call)
    {
        _ids.Add(call.Content.CallId);
        _all.Add(RunAsync(call));
    }

    /// <summary>Answers a call without running it.</summary>
    public void Refuse(CallRecord call, ToolAnswer answer)
    {
        _ids.Add(call.Content.CallId);
        _all.Add(Task.FromResult(record.Answer(call, answer)));
    }

    /// <summary>Returns the id of a call, by the order in which they were seen.</summary>
    public string IdOf(int index) => _ids[index];

    /// <summary>Waits for the answer of a call, in the order in which they were seen.</summary>
    /// <exception cref="OperationCanceledException">The run has ended.</exception>
    public Task<ToolAnswer> AnswerAsync(int index) => _all[index].WaitAsync(token);

    /// <summary>
    /// Says whether the run does nothing but wait for its calls. The report then shows their time instead of the block's.
    /// </summary>
    public void IsAwaited(bool awaited)
    {
        lock (_works)
        {
            _isAwaited = awaited;
            if (awaited)
            {
                _works.ForEach(work => work.Await());
            }

            _works.Clear();
        }
    }

    /// <summary>Waits until no tool runs. Never throws.</summary>
    public Task EndedAsync() => Task.WhenAll(_all);

    async Task<ToolAnswer> RunAsync(CallRecord call)
    {
        ToolAnswer answer;
        try
        {
            PreparedCall? prepared = PreparedCall.Of(call.Content, agent.ToolsByName, scope, out ToolAnswer? refusal);
            answer = prepared is null ? refusal! : await RunAsync(prepared);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            answer = ToolAnswer.NotBegun;
        }
        catch (Exception error)
        {
            answer = ToolAnswer.Failed($"The call failed with {error.GetType().Name}.");
        }

        return record.Answer(call, answer);
    }

    Task<ToolAnswer> RunAsync(PreparedCall call)
    {
        switch (call.Tool.Effect)
        {
            case Effect.Pure:
                return InvokeAsync(call);
            case var _ when context.IsWarmUp:
                return Task.FromResult(ToolAnswer.WarmUp);
            case Effect.Idempotent:
                return InvokeCommittedAsync(call, Task.CompletedTask);
            default:
                if (!_effects.TryGetValue((call.Tool, call.CommitKey), out Task<ToolAnswer>? effect))
                {
                    _effects[(call.Tool, call.CommitKey)] = effect = InvokeCommittedAsync(call, _lastEffect);
                    _lastEffect = AfterAsync(effect);
                }

                return effect;
        }
    }

    async Task<ToolAnswer> InvokeCommittedAsync(PreparedCall call, Task before)
    {
        await before.WaitAsync(token);
        InnerWork? work = context.IsSpeculative ? Begin(call) : null;
        try
        {
            await (work?.CommittedAsync(token) ?? context.CommittedAsync(token));

            // From here on the turn has done something, so it is remembered even if it is interrupted.
            token.ThrowIfCancellationRequested();
        }
        catch (OperationCanceledException)
        {
            work?.End(InnerStatus.Canceled);
            throw;
        }

        commit();
        return await InvokeAsync(call, work);
    }

    /// <param name="call">The call.</param>
    /// <param name="work">The entry of the call in the turn's report, if it had to wait for the commit.</param>
    async Task<ToolAnswer> InvokeAsync(PreparedCall call, InnerWork? work = null)
    {
        if (token.IsCancellationRequested)
        {
            work?.End(InnerStatus.Canceled);
            return ToolAnswer.NotBegun;
        }

        ToolAnswer? taken = early is null ? null : await early.TakeAsync(call, Track);
        if (taken is not null)
        {
            work?.End(taken.InnerStatus);
        }

        ToolAnswer answer = taken ?? await RunToolAsync(call, work ?? Begin(call));
        early?.Completed(call, answer);
        return answer;
    }

    async Task<ToolAnswer> RunToolAsync(PreparedCall call, InnerWork work)
    {
        ToolAnswer answer = await invoker.InvokeAsync(call, new CallPlace(call.Tool.Slots), context.TurnId, context.Remaining, work, token);
        work.End(answer.InnerStatus);
        return answer;
    }

    InnerWork Begin(PreparedCall call)
    {
        InnerWork work = context.Begin(call.Tool.Name, call.CommitKey);
        Track(work);
        return work;
    }

    /// <summary>The report shows the time of the work once the run does nothing but wait.</summary>
    void Track(InnerWork work)
    {
        lock (_works)
        {
            _works.Add(work);
            if (_isAwaited)
            {
                work.Await();
            }
        }
    }

    static async Task AfterAsync(Task<ToolAnswer> effect) =>
        await ((Task)effect).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
}

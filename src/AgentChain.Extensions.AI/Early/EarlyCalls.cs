using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>The early calls of one run of an agent. Thread-safe.</summary>
/// <remarks>
/// <code>
///  1. a moment: the turn begins, or a call has completed, early or not
///       sources propose calls ---- controller: worth it? -- no --> dropped, and learned from
///  2.                                   | yes
///       [ the tool runs early ]---------+
///  3. the model makes a call:  equal? it takes the result, or waits for it; once
///                              not equal, or the early call failed: the call runs as without early calls
///  4. the run ends: the calls that were not taken are canceled
///  5. it is also committed: the tables learn which proposals the model made
/// </code>
/// </remarks>
sealed class EarlyCalls(
    AgentBlock agent, AgentRequest request, BlockContext context, ToolInvoker invoker, string scope, CancellationToken token)
{
    /// <summary>The number of proposals of one turn. Only a bound on the work that a host's source can cause.</summary>
    const int MaxProposals = 256;

    readonly Lock _lock = new();
    readonly List<EarlyRun> _open = [];
    readonly List<Task> _all = [];
    readonly HashSet<(AgentTool Tool, string Key)> _made = [];
    readonly Dictionary<(AgentTool Tool, string Key), (ToolPatterns Table, string After, (AgentTool Tool, string Key)? Before)> _proposed =
        [];
    int _proposals;
    bool _isCommitted;
    bool _isComplete;
    bool _hasEnded;
    bool _hasLearned;

    /// <summary>Whether an early call still runs.</summary>
    public bool AreOpen
    {
        get
        {
            lock (_lock)
            {
                return _all.Exists(task => !task.IsCompleted);
            }
        }
    }

    /// <summary>(1) At the beginning of the turn.</summary>
    public void Begin() => Ask(new EarlyMoment(request));

    /// <summary>(1) After a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="answer">Its answer.</param>
    /// <param name="probability">The probability that the model makes the call; 1 if it did.</param>
    public void Completed(PreparedCall call, ToolAnswer answer, double probability = 1)
    {
        if (answer.Status == ToolCallStatus.Completed)
        {
            Ask(new EarlyMoment(request)
            {
                Tool = call.Tool.Name,
                Arguments = new Dictionary<string, object?>(call.Arguments),
                Result = answer.Result,
                Probability = probability,
                Call = (call.Tool, call.CommitKey),
            });
        }
    }

    /// <summary>(3) Returns the answer of the early call that is equal to a call of the model.</summary>
    /// <param name="call">The call of the model.</param>
    /// <param name="taken">Called with the work of the early call, before its answer is awaited.</param>
    /// <returns>The answer; null if the call has to run, because there is no early call or it did not complete.</returns>
    public async Task<ToolAnswer?> TakeAsync(PreparedCall call, Action<InnerWork> taken)
    {
        EarlyRun? run;
        lock (_lock)
        {
            _made.Add((call.Tool, call.CommitKey));
            run = _open.Find(one => one.Call.Tool == call.Tool && one.Call.CommitKey == call.CommitKey);
            if (run is null || !run.Commit())
            {
                return null;
            }

            _open.Remove(run);
        }

        taken(run.Work);
        ToolAnswer answer = await run.Answer;

        // An early failure is shown neither to the model nor in the history: without early calls, the tool would have run now.
        return answer.Status == ToolCallStatus.Completed ? answer : token.IsCancellationRequested ? ToolAnswer.Canceled : null;
    }

    /// <summary>A completed early call can lead to another.</summary>
    async Task AfterAsync(EarlyRun run)
    {
        ToolAnswer answer = await run.Answer;
        bool isLeft;
        lock (_lock)
        {
            isLeft = _open.Contains(run);
        }

        // One that was taken leads to others as a call of the model.
        if (isLeft)
        {
            Completed(run.Call, answer, run.Probability);
        }
    }

    /// <summary>Waits until no early call runs. Never throws.</summary>
    public Task EndedAsync()
    {
        lock (_lock)
        {
            return Task.WhenAll(_all);
        }
    }

    /// <summary>(5) The input of the run is final.</summary>
    public void Commit()
    {
        lock (_lock)
        {
            _isCommitted = true;
        }

        Learn();
    }

    /// <summary>(4) The run has ended.</summary>
    /// <param name="isComplete">Whether the model gave its answer, so that it is known which calls it made.</param>
    public void End(bool isComplete)
    {
        EarlyRun[] left;
        lock (_lock)
        {
            if (_hasEnded)
            {
                return;
            }

            (_hasEnded, _isComplete) = (true, isComplete);
            left = [.. _open];
            _open.Clear();
        }

        foreach (EarlyRun run in left)
        {
            run.Cancel();
        }

        Learn();
    }

    void Learn()
    {
        lock (_lock)
        {
            if (!_isCommitted || !_isComplete || _hasLearned || context.IsWarmUp)
            {
                return;
            }

            _hasLearned = true;
        }

        foreach (((AgentTool tool, string key), (ToolPatterns table, string after, (AgentTool, string)? before)) in _proposed)
        {
            // What follows a call that the model did not make tells nothing.
            if (before is null || _made.Contains(before.Value))
            {
                table.Learn(after, tool.Name, _made.Contains((tool, key)));
            }
        }
    }

    void Ask(EarlyMoment moment)
    {
        foreach ((Func<EarlyMoment, CancellationToken, IAsyncEnumerable<EarlyCall>> source, bool isTable) in agent.EarlySources)
        {
            if (isTable)
            {
                _ = ReadAsync(source, moment);
                continue;
            }

            // On a task of its own: a source that blocks holds up neither the model nor the answer of a call.
            _ = Task.Factory.StartNew(
                () => ReadAsync(source, moment), CancellationToken.None, TaskCreationOptions.DenyChildAttach, TaskScheduler.Current);
        }
    }

    /// <summary>Reads a source, which is host code: one that throws, hangs or proposes nonsense costs its own guesses only.</summary>
    async Task ReadAsync(Func<EarlyMoment, CancellationToken, IAsyncEnumerable<EarlyCall>> source, EarlyMoment moment)
    {
        try
        {
            await foreach (EarlyCall proposal in source(moment, token).WithCancellation(token))
            {
                if (token.IsCancellationRequested || Interlocked.Increment(ref _proposals) > MaxProposals)
                {
                    return;
                }

                if (proposal is { Tool: not null, Probability: >= 0 and <= 1 })
                {
                    _ = ConsiderAsync(proposal with { Probability = proposal.Probability * moment.Probability }, moment);
                }
            }
        }
        catch (Exception)
        {
            // The turn goes on without the guesses of this source.
        }
    }

    /// <summary>(2)</summary>
    async Task ConsiderAsync(EarlyCall proposal, EarlyMoment moment)
    {
        try
        {
            var content = new FunctionCallContent(
                "early", proposal.Tool, proposal.Arguments is { } given ? new Dictionary<string, object?>(given) : null);
            if (PreparedCall.Of(content, agent.ToolsByName, scope, out _) is not { Tool.MayRunEarly: true } call
                || !Note(call, proposal, moment))
            {
                return;
            }

            while (TryStart(call, proposal, out TimeSpan askAgainIn) && askAgainIn > TimeSpan.Zero)
            {
                await Task.Delay(askAgainIn, context.Time, token);
            }
        }
        catch (Exception)
        {
            // The turn goes on without this guess.
        }
    }

    /// <summary>Notes what was proposed.</summary>
    /// <returns>False if the model made the call already.</returns>
    bool Note(PreparedCall call, EarlyCall proposal, EarlyMoment moment)
    {
        lock (_lock)
        {
            if (_hasEnded || _made.Contains((call.Tool, call.CommitKey)))
            {
                return false;
            }

            if (proposal.Pattern is { } pattern)
            {
                _proposed.TryAdd((call.Tool, call.CommitKey), (pattern.Table, pattern.After, moment.Call));
            }

            return true;
        }
    }

    /// <summary>Starts an early call if the controller finds it worth its price.</summary>
    /// <returns>False if there is nothing more to decide.</returns>
    bool TryStart(PreparedCall call, EarlyCall proposal, out TimeSpan askAgainIn)
    {
        askAgainIn = TimeSpan.Zero;
        lock (_lock)
        {
            if (_hasEnded || _made.Contains((call.Tool, call.CommitKey))
                || _open.Exists(one => one.Call.Tool == call.Tool && one.Call.CommitKey == call.CommitKey))
            {
                return false;
            }

            EarlyWork? work = context.TryBeginEarly(
                new EarlyRequest(call.Tool.Name, proposal.Probability) { TimeToNeed = proposal.TimeToNeed, Key = call.CommitKey },
                out Speculation.SpeculationDecision decision);
            if (work is null)
            {
                askAgainIn = decision.Verdict == Speculation.SpeculationVerdict.Later ? decision.AskAgainIn : TimeSpan.Zero;
                return askAgainIn > TimeSpan.Zero;
            }

            var run = new EarlyRun(call, proposal.Probability, work, token);
            _open.Add(run);
            run.Start(invoker, context);
            _all.Add(AfterAsync(run));
            return false;
        }
    }
}

using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>One run of an agent: what it asks the model, what it keeps of the answer, and the calls that it starts.</summary>
sealed class AgentRun
{
    readonly AgentBlock _agent;
    readonly AgentRequest _request;
    readonly BlockContext _context;
    readonly CancellationTokenSource _stop;
    readonly IReadOnlyList<ChatMessage> _history;
    readonly TurnRecord _record;
    readonly EarlyCalls? _early;
    readonly AgentCalls _calls;
    int _answered;
    int _before;
    bool _isLast;
    bool _isBad;

    public AgentRun(AgentBlock agent, AgentRequest request, FillerLog? fillers, BlockContext context, CancellationToken cancellationToken)
    {
        (_agent, _request, _context) = (agent, request, context);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _history = request.Session?.Messages ?? [];
        _record = new TurnRecord(context, request.Messages, fillers, cancellationToken);
        string scope = $"{request.Session?.ScopeOf(context) ?? Guid.NewGuid().ToString("N")}\n{context.BlockName}\n{context.TurnId.Value}";
        var invoker = new ToolInvoker(context.Time, agent.Grace, agent.MaxResult, agent.TellsErrors, agent.Loans, context);
        _early = agent.EarlySources.Count > 0 && !context.IsWarmUp
            ? new EarlyCalls(agent, request, context, invoker, scope, _stop.Token)
            : null;
        _calls = new AgentCalls(agent, _record, invoker, context, scope, _early, Commit, _stop.Token);
        if (!context.IsSpeculative)
        {
            Commit();
        }

        _early?.Begin();
    }

    /// <summary>Whether the model made calls that have no answer in the stream yet.</summary>
    public bool HasCalls => _answered < _calls.Count;

    /// <summary>Whether the model goes on calling in one answer: what it would say after that is not read.</summary>
    public bool IsFull => _calls.Count - _before > _agent.MaxCalls;

    /// <summary>The number of rounds, up to now without a good one between them, in which a call could not be run.</summary>
    public int BadRounds { get; private set; }

    /// <summary>The run is committed: from here on it is in the memory of its session. A run of a warm-up never is.</summary>
    public void Commit()
    {
        _early?.Commit();
        if (_request.Session is { } session && !_context.IsWarmUp)
        {
            _record.Enter(session);
        }
    }

    /// <summary>Begins a request to the model and returns its messages.</summary>
    /// <param name="isLast">Whether the model must answer without tools.</param>
    public IReadOnlyList<ChatMessage> BeginRound(bool isLast)
    {
        (_isLast, _before) = (isLast, _calls.Count);
        _calls.IsAwaited(false);
        List<ChatMessage> messages = [];
        if (_agent.Instructions is { } instructions)
        {
            messages.Add(new ChatMessage(ChatRole.System, instructions));
        }

        messages.AddRange(_history.Select(message => message.Clone()));
        messages.AddRange(_request.Messages.Select(message => message.Clone()));
        _record.RenderRounds(messages, all: true);
        if (isLast)
        {
            messages.Add(new ChatMessage(ChatRole.System, "No more tool calls are possible in this turn. Answer now, with what you know."));
        }

        _record.BeginRound();
        return messages;
    }

    /// <summary>Keeps what an update says, starts its calls, and returns the update for the downstream blocks.</summary>
    public ChatResponseUpdate Take(ChatResponseUpdate update)
    {
        List<AIContent>? passed = null;
        for (int i = 0; i < update.Contents.Count; i++)
        {
            AIContent content = update.Contents[i];
            if (content is FunctionCallContent { InformationalOnly: false } made)
            {
                passed ??= [.. update.Contents.Take(i)];
                if (!IsFull && _record.Call(made) is { } call)
                {
                    passed.Add(Informational(call.Content));
                    Start(call);
                }
            }
            else if (content is null || (content is FunctionResultContent answer && !_record.HasForeignCall(answer.CallId)))
            {
                // The agent answers its own calls, each once; an answer to no call would spoil the history for the next request.
                passed ??= [.. update.Contents.Take(i)];
            }
            else
            {
                passed?.Add(content);
                if (content is not UsageContent)
                {
                    _record.Say(content);
                }
            }
        }

        if (passed is null)
        {
            return update;
        }

        ChatResponseUpdate copy = update.Clone();
        copy.Contents = passed;
        return copy;
    }

    /// <summary>Waits for the answer of the next call, in the order of the calls, and returns it for the downstream blocks.</summary>
    public async Task<ChatResponseUpdate> NextAnswerAsync()
    {
        int index = _answered++;
        _calls.IsAwaited(true);
        ToolAnswer answer = await _calls.AnswerAsync(index);
        _isBad |= answer.IsRefusal;
        if (!HasCalls)
        {
            (BadRounds, _isBad) = (_isBad ? BadRounds + 1 : 0, false);
        }

        return answer.Fatal is { } fatal
            ? throw fatal
            : new ChatResponseUpdate(ChatRole.Tool, [answer.ToContent(_calls.IdOf(index))]);
    }

    /// <summary>The model has answered: the early calls that it did not make are canceled.</summary>
    public void Answered() => _early?.End(isComplete: true);

    /// <summary>Ends the run, however it ended: the memory is whole at once, and tools that run on get their grace.</summary>
    public async Task EndAsync()
    {
        _record.Settle();
        _early?.End(isComplete: false);
        if (!_calls.AreOpen && _early is not { AreOpen: true })
        {
            _stop.Dispose();
            return;
        }

        ToolInvoker.Cancel(_stop);
        using var ended = new CancellationTokenSource();
        Task all = Task.WhenAll(_calls.EndedAsync(), _early?.EndedAsync() ?? Task.CompletedTask);
        await Task.WhenAny(all, Task.Delay(_agent.Grace, _context.Time, ended.Token));
        ended.Cancel();
    }

    void Start(CallRecord call)
    {
        if (_isLast)
        {
            _calls.Refuse(call, ToolAnswer.Refused("no_more_calls", "No more tool calls are possible in this turn."));
        }
        else if (_calls.Count - _before >= _agent.MaxCalls)
        {
            _calls.Refuse(call, ToolAnswer.Refused("too_many_calls", $"An answer has at most {_agent.MaxCalls} tool calls. Those before this one were run. Go on with their results."));
        }
        else
        {
            _calls.Start(call);
        }
    }

    /// <summary>A copy that no function invocation around the chain runs again.</summary>
    static FunctionCallContent Informational(FunctionCallContent call) => new(call.CallId, call.Name, call.Arguments)
    {
        InformationalOnly = true,
        Exception = call.Exception,
        RawRepresentation = call.RawRepresentation,
        AdditionalProperties = call.AdditionalProperties,
    };
}

using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>
/// What one run of an agent did: the user's messages, and the rounds of text, calls and answers. Can be read at any time, and is always
/// whole: each call has its answer. Thread-safe.
/// </summary>
/// <remarks>
/// <code>
///  private ---- commit ----> in its session, live ---- settle ----> settled
///     |                           |  its token is canceled: shown to later turns as interrupted
///   dropped                       '  not canceled: not shown
/// </code>
/// </remarks>
sealed class TurnRecord(BlockContext context, IReadOnlyList<ChatMessage> asked, FillerLog? fillers, CancellationToken runToken)
{
    readonly Lock _lock = new();
    readonly List<RoundRecord> _rounds = [];
    AgentSession? _session;
    string? _heard;
    IReadOnlyList<TurnRecord> _saidBefore = [];
    bool _isSettled;

    public TurnId Turn { get; } = context.TurnId;

    string Block { get; } = context.BlockName;

    CancellationToken TurnToken { get; } = context.TurnToken;

    /// <summary>Whether later turns see it: it has ended, or it was interrupted.</summary>
    public bool IsVisible => Volatile.Read(ref _isSettled) || runToken.IsCancellationRequested;

    /// <summary>Puts the record into its session, once the run is committed.</summary>
    public void Enter(AgentSession session)
    {
        lock (_lock)
        {
            if (_session is not null)
            {
                return;
            }

            _session = session;
        }

        session.Add(this);
    }

    public void BeginRound()
    {
        lock (_lock)
        {
            _rounds.Add(new RoundRecord());
        }
    }

    /// <summary>Keeps what the model said. Nothing is kept after the end, or after an interruption.</summary>
    public void Say(AIContent content)
    {
        lock (_lock)
        {
            if (!IsVisible)
            {
                _rounds[^1].Add(content);
            }
        }
    }

    /// <summary>Whether the current round has a call of this id that the model's side has run itself.</summary>
    public bool HasForeignCall(string callId)
    {
        lock (_lock)
        {
            return _rounds[^1].HasForeignCall(callId);
        }
    }

    /// <summary>Keeps a call of the current round.</summary>
    /// <returns>The call; null if it repeats a call of the round, with its id, or if the run has ended.</returns>
    public CallRecord? Call(FunctionCallContent content)
    {
        lock (_lock)
        {
            RoundRecord round = _rounds[^1];
            int index = round.Calls.Count;
            FunctionCallContent? same = content.CallId.Length == 0 ? null : round.Call(content.CallId);
            if (IsVisible || (same is not null && PreparedCall.AreEqual(same, content)))
            {
                return null;
            }

            if (content.CallId.Length == 0 || same is not null)
            {
                // Another call under a used id is a call of its own, which needs an answer of its own.
                content = new FunctionCallContent(round.NewId(_rounds.Count), content.Name, content.Arguments)
                {
                    Exception = content.Exception,
                };
            }

            var call = new CallRecord(content, _rounds.Count - 1, index);
            round.Add(call);
            return call;
        }
    }

    /// <summary>
    /// Answers a call: the first answer counts. Only a cancelled call is answered again, by a result or a failure that arrives late.
    /// </summary>
    /// <returns>The answer that counts.</returns>
    public ToolAnswer Answer(CallRecord call, ToolAnswer answer)
    {
        bool isLate;
        lock (_lock)
        {
            if (call.Answer is { } first
                && (first.Status != ToolCallStatus.Canceled || answer.Status is not (ToolCallStatus.Completed or ToolCallStatus.Failed)))
            {
                return first;
            }

            call.Answer = answer;
            isLate = IsVisible;
        }

        if (isLate)
        {
            _session?.Changed();
        }

        return answer;
    }

    /// <summary>Ends the run: the open calls are answered as cancelled.</summary>
    public void Settle()
    {
        lock (_lock)
        {
            foreach (CallRecord call in _rounds.SelectMany(round => round.Calls))
            {
                call.Answer ??= ToolAnswer.Canceled;
            }

            Volatile.Write(ref _isSettled, true);
        }

        _session?.Changed();
    }

    /// <summary>Whether both are runs of one block in one turn, whose texts follow each other, as before and after a hand-off.</summary>
    public bool IsOfTurnOf(TurnRecord other) => Turn == other.Turn && TurnToken == other.TurnToken && Block == other.Block;

    /// <summary>Removes the fillers of the run from what was heard.</summary>
    public string WithoutFillers(string heard) => fillers?.RemoveFrom(heard) ?? heard;

    /// <summary>Cuts the text to what was heard.</summary>
    /// <param name="heard">What was heard of the turn, without fillers.</param>
    /// <param name="saidBefore">The runs of the turn before this one, whose text comes first.</param>
    public void Hear(string heard, IReadOnlyList<TurnRecord> saidBefore)
    {
        lock (_lock)
        {
            (_heard, _saidBefore) = (heard, saidBefore);
        }

        _session?.Changed();
    }

    /// <summary>Appends the messages of the turn, unless it left no trace: nothing heard, and no call.</summary>
    public void Render(List<ChatMessage> messages)
    {
        lock (_lock)
        {
            int before = messages.Count;
            messages.AddRange(asked.Select(message => message.Clone()));
            int said = messages.Count;
            RenderRounds(messages);
            if (messages.Count == said)
            {
                messages.RemoveRange(before, said - before);
            }
        }
    }

    /// <summary>Appends what the model said and was told in this turn.</summary>
    /// <param name="messages">The list to append to.</param>
    /// <param name="all">Whether to append all that the model said, as for the turn itself, rather than what was heard of it.</param>
    public void RenderRounds(List<ChatMessage> messages, bool all = false)
    {
        lock (_lock)
        {
            var heard = new HeardText(all ? null : _heard);
            foreach (TurnRecord before in _saidBefore)
            {
                before.Skip(heard);
            }

            foreach (RoundRecord round in _rounds)
            {
                round.Render(messages, heard);
            }
        }
    }

    void Skip(HeardText heard)
    {
        lock (_lock)
        {
            foreach (RoundRecord round in _rounds)
            {
                round.Render([], heard);
            }
        }
    }
}

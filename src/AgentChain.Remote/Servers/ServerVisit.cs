using AgentChain.Devices;

namespace AgentChain.Remote;

/// <summary>
/// One request of a turn at a server that it has entered: the lease, the answer, the piece of work in the report, and what the server is
/// thought of afterwards. A failure of the server ends the answer and is kept; everything else is thrown.
/// </summary>
sealed class ServerVisit(ServerEntry entry, ChatServerRequest request, BlockContext context, ChatServerBlockOptions options)
{
    readonly InnerWork _work = context.Begin(entry.Server.Name);
    DeviceLease? _lease;
    ChatAnswer? _answer;
    long _sentAt;
    TimeSpan? _firstText;
    bool _over;

    /// <summary>How the server failed; null if it did not.</summary>
    public ServerException? Failure { get; private set; }

    ChatServer Server => entry.Server;

    public WireUsage? Usage => _answer?.Usage;

    /// <summary>Waits for the lease, and sends the request.</summary>
    public async ValueTask BeginAsync(SaidText said, CancellationToken cancellationToken)
    {
        _work.Await();
        _lease = await _work.AcquireAsync(DeviceRequest.Named(Server.Name), cancellationToken);
        _work.Run();

        // Work that may be wasted must not delay that of others.
        RequestPriority priority = context.IsSpeculative ? RequestPriority.Low : request.Priority;
        int? number = ServerDialect.NumberOf(priority, Server.PriorityOrder, Server.Options.Kind);
        var question = new ServerQuestion(request, said.ToGoOn(), said.Pieces, number, context.Remaining);
        var clock = new AnswerClock(options.FirstText, options.Stall, context.Time, cancellationToken, Server.Disposed);
        _sentAt = context.Time.GetTimestamp();
        try
        {
            _answer = await ChatAnswer.OpenAsync(Server, question, clock, Prepare);
        }
        catch (ServerException failure)
        {
            Failure = failure;
        }
    }

    /// <summary>Reads the next piece of text; null if the answer is over, or failed.</summary>
    public async ValueTask<string?> NextAsync()
    {
        if (_answer is null)
        {
            return null;
        }

        try
        {
            string? text = await _answer.NextAsync();
            if (text is null)
            {
                _over = true;
            }
            else if (_firstText is null)
            {
                _firstText = context.Time.GetElapsedTime(_sentAt);
                Server.Estimates.Saw(_firstText.Value);
            }

            return text;
        }
        catch (ServerException failure)
        {
            Failure = failure;
            return null;
        }
    }

    /// <summary>Leaves the server, on every way out.</summary>
    public async ValueTask EndAsync()
    {
        try
        {
            if (_answer is not null)
            {
                await _answer.DisposeAsync();
            }
        }
        finally
        {
            if (_sentAt != 0 && _firstText is null && !_over && Failure is null)
            {
                Server.Estimates.SawNone(context.Time.GetElapsedTime(_sentAt));
            }

            Report();
            _work.Release(_lease);
            entry.Leave(Failure, _over);
            _work.End(Failure is not null ? InnerStatus.Failed : _over ? InnerStatus.Completed : InnerStatus.Canceled);
        }
    }

    void Prepare(HttpRequestMessage message)
    {
        DeadlineHeaders.Write(message, context.RemainingBudget, ServerDialect.DeadlinesOf(Server.Options));
        Server.Options.OnRequest?.Invoke(message, context);
    }

    void Report()
    {
        if (_sentAt == 0 || (Usage is null && !_over))
        {
            return;
        }

        long prompt = Usage?.PromptTokens ?? 0;
        Server.Estimates.Used(prompt, Usage?.PromptTokensDetails?.CachedTokens);
        context.Used(new ModelUsage
        {
            Model = _answer?.Model,
            RequestedModel = Server.Options.Model,
            Provider = ServerDialect.ProviderOf(Server.Options.Kind),
            InputTokens = prompt,
            OutputTokens = Usage?.CompletionTokens ?? 0,
            CachedInputTokens = Usage?.PromptTokensDetails?.CachedTokens ?? 0,
            TimeToFirstChunk = _firstText,
            Duration = context.Time.GetElapsedTime(_sentAt),
        });
    }
}

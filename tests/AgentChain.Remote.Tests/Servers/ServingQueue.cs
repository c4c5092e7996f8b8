namespace AgentChain.Remote.Tests.Servers;

/// <summary>An engine that serves one request at a time, and picks the next one as the kind of server does.</summary>
sealed class ServingQueue(int expected)
{
    readonly Lock _lock = new();
    readonly List<(int Priority, TaskCompletionSource Turn)> _waiting = [];
    int _came;
    bool _busy = true;

    /// <summary>Answers when it is the request's turn. The first turn comes when all requests are there.</summary>
    public async Task ServeAsync(ServerCall call)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Add((Rank(call), turn));
            if (++_came == expected)
            {
                _busy = false;
            }
        }

        Next();
        await turn.Task.WaitAsync(Ask.Patience);
        await Script.Says("one two")(call);
        await Task.Delay(2);
        lock (_lock)
        {
            _busy = false;
        }

        Next();
    }

    /// <summary>The smallest is served first; equal ones in the order in which they came.</summary>
    static int Rank(ServerCall call) => call.Server.Kind switch
    {
        ChatServerKind.VLlm => call.Priority ?? 0,
        ChatServerKind.Triton => call.Priority ?? 2,
        ChatServerKind.SgLang or ChatServerKind.Dynamo => -(call.Priority ?? 0),
        _ => 0,
    };

    void Next()
    {
        lock (_lock)
        {
            if (_busy || _waiting.Count == 0)
            {
                return;
            }

            _busy = true;
            (int Priority, TaskCompletionSource Turn) next = _waiting.MinBy(one => one.Priority);
            _waiting.Remove(next);
            next.Turn.SetResult();
        }
    }
}

namespace AgentChain.Tests.Soak.Kinds;

/// <summary>Streams without a reader: disposed, or dropped on a chain whose budget ends them.</summary>
sealed class UnreadStreams : TurnKind
{
    readonly StreamChain<int, int> _disposed;
    readonly StreamChain<int, int> _dropped;

    public UnreadStreams(EndedTurns ended)
        : base("streams never read", 40, TurnOutcome.Interrupted, TurnOutcome.DeadlineExceeded)
    {
        _disposed = Own(Build("disposed", new ChainOptions { MeterFactory = ended, OutputCapacity = 8 }));
        _dropped = Own(Build("dropped", new ChainOptions { MeterFactory = ended, OutputCapacity = 8, Budget = LatencyBudget.Total(5.Milliseconds()) }));
    }

    public override async Task RunAsync(Operation operation)
    {
        if (operation.Random.Next(2) == 0)
        {
            await operation.EndAsync(operation.StartAndDrop(_dropped, 10_000), TurnOutcome.DeadlineExceeded);
            return;
        }

        Turn<int> turn = operation.Start(_disposed, 10_000);
        await operation.PauseAsync();
        await operation.InTimeAsync(turn.DisposeAsync().AsTask(), "disposing an unread turn never came back");
        await operation.EndAsync(turn, TurnOutcome.Interrupted);
    }

    static StreamChain<int, int> Build(string name, ChainOptions options) => Chain.From<int>(name)
        .Stream<int>("count", (n, _, token) => Steps.CountAsync(n, token), o => o.StreamCapacity(4))
        .ThenEach("yield", Steps.YieldAsync, o => o.StreamCapacity(4))
        .Build(options);
}

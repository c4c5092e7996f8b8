namespace AgentChain.Tests.Soak.Kinds;

/// <summary>Streams whose readers leave early: with a break, or with an exception of their own. That ends the turn.</summary>
sealed class ReadersThatLeave : TurnKind
{
    readonly StreamChain<int, int> _chain;

    public ReadersThatLeave(EndedTurns ended)
        : base("readers that leave", 50, TurnOutcome.Interrupted) => _chain = Own(Chain.From<int>("left")
            .Stream<int>("count", (n, _, token) => Steps.CountAsync(n, token), o => o.StreamCapacity(4))
            .StreamEach<int>("twice", (x, _, token) => Steps.TwiceAsync(x, token), o => o.StreamCapacity(4))
            .Build(new ChainOptions { MeterFactory = ended, OutputCapacity = 8 }));

    public override async Task RunAsync(Operation operation)
    {
        // Far more items than fit into the chain, so that it cannot have completed when its reader leaves.
        Turn<int> turn = operation.Start(_chain, 10_000);
        int items = operation.Random.Next(1, 20);
        await operation.InTimeAsync(operation.Random.Next(2) == 0 ? BreakAsync(turn, items) : ThrowAsync(turn, items), "leaving the enumeration never came back");
        await operation.EndAsync(turn, TurnOutcome.Interrupted);
    }

    static async Task BreakAsync(Turn<int> turn, int items)
    {
        await foreach (int _ in turn.Output)
        {
            if (--items == 0)
            {
                break;
            }
        }
    }

    static async Task ThrowAsync(Turn<int> turn, int items)
    {
        try
        {
            await foreach (int _ in turn.Output)
            {
                if (--items == 0)
                {
                    throw new InvalidDataException();
                }
            }
        }
        catch (InvalidDataException)
        {
            // As a host's own fault.
        }
    }
}

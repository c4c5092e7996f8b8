namespace AgentChain.Tests.Soak.Kinds;

/// <summary>Turns of many items through several streaming steps with little room between them, read to the end.</summary>
sealed class CompletedStreams : TurnKind
{
    readonly StreamChain<int, int> _chain;

    public CompletedStreams(EndedTurns ended)
        : base("completed streams", 150, TurnOutcome.Completed) => _chain = Own(Chain.From<int>("streams")
            .Stream<int>("count", (n, _, token) => Steps.CountAsync(n, token), o => o.StreamCapacity(4))
            .ThenEach("add", x => x + 1)
            .StreamEach<int>("twice", (x, _, token) => Steps.TwiceAsync(x, token), o => o.StreamCapacity(4))
            .ThenEach("yield", Steps.YieldAsync, o => o.StreamCapacity(4))
            .Build(new ChainOptions { MeterFactory = ended, OutputCapacity = 8 }));

    public override async Task RunAsync(Operation operation)
    {
        int count = operation.Random.Next(40);
        await using Turn<int> turn = operation.Start(_chain, count);
        (List<int> items, _) = await operation.ReadToEndAsync(turn, TurnOutcome.Completed);
        operation.Sum(2 * (Steps.SumOf(count) + count), items.Sum(x => (long)x));
        Operation.Check(items.SequenceEqual(Enumerable.Range(0, 2 * count).Select(i => (i / 2) + 1)), "a stream's items are out of order");
    }
}

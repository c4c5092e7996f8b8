namespace AgentChain.Tests.Soak.Kinds;

/// <summary>Turns that their host interrupts, from one thread or from two at once, or disposes while they run.</summary>
sealed class Interrupted : TurnKind
{
    readonly StreamChain<int, int> _chain;

    public Interrupted(EndedTurns ended)
        : base("interrupted", 80, TurnOutcome.Completed, TurnOutcome.Interrupted) => _chain = Own(Chain.From<int>("interrupted")
            .Then("before", Steps.YieldAsync, o => o.Concurrency(8))
            .Stream<int>("count", (n, _, token) => Steps.CountAsync(n, token))
            .ThenEach("yield", Steps.YieldAsync)
            .Build(new ChainOptions { MeterFactory = ended, OutputCapacity = 4 }));

    public override async Task RunAsync(Operation operation)
    {
        int count = operation.Random.Next(40);
        Turn<int> turn = operation.Start(_chain, count);
        Task<(List<int> Items, TurnResult Result)> reading = operation.ReadToEndAsync(turn, TurnOutcome.Completed, TurnOutcome.Interrupted);
        await operation.PauseAsync();
        switch (operation.Random.Next(3))
        {
            case 0:
                turn.Interrupt();
                break;
            case 1:
                ThreadPool.UnsafeQueueUserWorkItem(static t => t.Interrupt(), turn, preferLocal: false);
                turn.Interrupt();
                break;
            default:
                await turn.DisposeAsync();
                break;
        }

        (List<int> items, TurnResult result) = await reading;
        if (result.Outcome == TurnOutcome.Completed)
        {
            operation.Sum(Steps.SumOf(count), items.Sum(x => (long)x));
        }

        await operation.InTimeAsync(turn.WhenQuiescentAsync(), "an interrupted turn never was quiet");
    }
}

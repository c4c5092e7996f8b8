namespace AgentChain.Tests.Soak.Kinds;

/// <summary>Turns that run out of their chain's budget, with a reader or without.</summary>
sealed class DeadlineExceeded : TurnKind
{
    readonly StreamChain<int, int> _chain;

    public DeadlineExceeded(EndedTurns ended)
        : base("deadline exceeded", 30, TurnOutcome.DeadlineExceeded) => _chain = Own(Chain.From<int>("deadline")
            .Then("before", Steps.YieldAsync, o => o.Concurrency(8))
            .Then("never", Steps.NeverAsync)
            .Stream<int>("count", (n, _, token) => Steps.CountAsync(n, token))
            .Build(new ChainOptions { MeterFactory = ended, Budget = LatencyBudget.Total(2.Milliseconds()) }));

    public override async Task RunAsync(Operation operation)
    {
        Turn<int> turn = operation.Start(_chain, 1);
        if (operation.Random.Next(2) == 0)
        {
            await operation.EndAsync(turn, TurnOutcome.DeadlineExceeded);
            return;
        }

        (_, TurnResult result) = await operation.ReadToEndAsync(turn, TurnOutcome.DeadlineExceeded);
        Operation.Check(result.Error!.Block is null, $"the error names block '{result.Error.Block}', but the budget is the chain's");
    }
}

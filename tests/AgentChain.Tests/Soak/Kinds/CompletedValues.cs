namespace AgentChain.Tests.Soak.Kinds;

/// <summary>Turns of one value through fused, queued, parallel and routed steps, which all complete.</summary>
sealed class CompletedValues : TurnKind
{
    readonly Chain<int, int> _chain;

    public CompletedValues(EndedTurns ended)
        : base("completed values", 200, TurnOutcome.Completed) => _chain = Own(Chain.From<int>("values")
            .Then("add", x => x + 1)
            .Then("yield", Steps.YieldAsync, o => o.Budget(20.Seconds()))
            .Parallel(
                "both",
                l => l.Then("double", x => x * 2),
                r => r.Then("queued", Steps.YieldAsync, o => o.Concurrency(4).Capacity(8)),
                (x, doubled, same) => doubled + same - x)
            .Route("route", x => x % 3 == 0 ? "threes" : "rest", routes => routes
                .To("threes", b => b.Then("third", x => x / 3))
                .Otherwise("rest", b => b.Then("negated", Steps.YieldAsync).Then("minus", x => -x)))
            .Build(new ChainOptions { MeterFactory = ended, Budget = LatencyBudget.Total(60.Seconds()) }));

    public override async Task RunAsync(Operation operation)
    {
        int input = operation.Random.Next(1_000_000);
        if (input % 2 == 0)
        {
            await operation.RunAsync(_chain, input, Expected(input), CancellationToken.None, TurnOutcome.Completed);
            return;
        }

        await using Turn<int> turn = operation.Start(_chain, input);
        (List<int> items, _) = await operation.ReadToEndAsync(turn, TurnOutcome.Completed);
        operation.Sum(Expected(input), items.Single());
    }

    static int Expected(int input)
    {
        int joined = (input + 1) * 2;
        return joined % 3 == 0 ? joined / 3 : -joined;
    }
}

namespace AgentChain.Tests.Soak.Kinds;

/// <summary>Turns whose block runs out of a budget that ends the turn.</summary>
sealed class LateWithCancel : TurnKind
{
    readonly Chain<int, int> _chain;

    public LateWithCancel(EndedTurns ended)
        : base("late with cancel", 30, TurnOutcome.DeadlineExceeded) => _chain = Own(Chain.From<int>("cancel")
            .Then("before", Steps.YieldAsync)
            .Then("late", Steps.NeverAsync, o => o.Budget(1.Milliseconds()).OnOverrun(Overrun.Cancel))
            .Build(new ChainOptions { MeterFactory = ended }));

    public override async Task RunAsync(Operation operation)
    {
        await using Turn<int> turn = operation.Start(_chain, 1);
        (_, TurnResult result) = await operation.ReadToEndAsync(turn, TurnOutcome.DeadlineExceeded);
        Operation.Check(result.Error!.Block == "late", $"the error names block '{result.Error.Block}', not the late one");
    }
}

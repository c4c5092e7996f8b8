namespace AgentChain.Tests.Soak.Kinds;

/// <summary>Turns whose block ignores its token and comes back after them: it is detached, and gone at the end.</summary>
sealed class DeafBlocks : TurnKind
{
    readonly Chain<(DeafWork Work, bool HoldsThread), int> _chain;

    public DeafBlocks(EndedTurns ended)
        : base("blocks that ignore their token", 5, TurnOutcome.DeadlineExceeded) => _chain = Own(Chain.From<(DeafWork Work, bool HoldsThread)>("deaf")
            .Then("deaf", InvokeAsync)
            .Build(new ChainOptions { MeterFactory = ended, Budget = LatencyBudget.Total(2.Milliseconds()), Grace = 2.Milliseconds() }));

    public override async Task RunAsync(Operation operation)
    {
        var work = new DeafWork();
        try
        {
            Turn<int> turn = operation.Start(_chain, (work, operation.Random.Next(8) == 0));
            await operation.ReadToEndAsync(turn, TurnOutcome.DeadlineExceeded);
            bool hadBegun = work.HasBegun;
            TurnQuiescence quiet = await operation.InTimeAsync(turn.WhenQuiescentAsync(), "a turn with a deaf block never was quiet");
            Operation.Check(!hadBegun || quiet.Blocks.Any(b => b.Detached), "a block that ignores its token was not detached");
        }
        finally
        {
            work.LetGo();
        }
    }

    static async ValueTask<int> InvokeAsync((DeafWork Work, bool HoldsThread) input, CancellationToken cancellationToken)
    {
        await Task.Yield();
        if (input.HoldsThread)
        {
            input.Work.Run();
        }
        else
        {
            await input.Work.RunAsync();
        }

        return 1;
    }
}

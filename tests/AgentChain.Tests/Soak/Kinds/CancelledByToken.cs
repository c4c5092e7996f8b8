namespace AgentChain.Tests.Soak.Kinds;

/// <summary>Turns whose caller's token has fired, fires while they run, or fires too late.</summary>
sealed class CancelledByToken : TurnKind
{
    readonly Chain<int, int> _value;
    readonly StreamChain<int, int> _stream;

    public CancelledByToken(EndedTurns ended)
        : base("cancelled by token", 80, TurnOutcome.Completed, TurnOutcome.Interrupted)
    {
        _value = Own(Chain.From<int>("cancelled value")
            .Then("first", Steps.YieldAsync)
            .Then("second", Steps.YieldAsync, o => o.Concurrency(8))
            .Then("third", Steps.YieldAsync)
            .Build(new ChainOptions { MeterFactory = ended }));
        _stream = Own(Chain.From<int>("cancelled stream")
            .Stream<int>("count", (n, _, token) => Steps.CountAsync(n, token))
            .StreamEach<int>("twice", (x, _, token) => Steps.TwiceAsync(x, token))
            .Build(new ChainOptions { MeterFactory = ended, OutputCapacity = 4 }));
    }

    public override async Task RunAsync(Operation operation)
    {
        using var caller = new CancellationTokenSource();
        int input = operation.Random.Next(40);
        switch (operation.Random.Next(4))
        {
            case 0:
                await caller.CancelAsync();
                await operation.RunAsync(_value, input, input, caller.Token, TurnOutcome.Interrupted);
                break;
            case 1:
                Task<TurnOutcome> running = operation.RunAsync(_value, input, input, caller.Token, TurnOutcome.Completed, TurnOutcome.Interrupted);
                await operation.PauseAsync();
                await caller.CancelAsync();
                await running;
                break;
            default:
                await using (Turn<int> turn = operation.Start(_stream, input, caller.Token))
                {
                    Task<(List<int> Items, TurnResult Result)> reading = operation.ReadToEndAsync(turn, TurnOutcome.Completed, TurnOutcome.Interrupted);
                    await operation.PauseAsync();
                    await caller.CancelAsync();
                    (List<int> items, TurnResult result) = await reading;
                    if (result.Outcome == TurnOutcome.Completed)
                    {
                        operation.Sum(2 * Steps.SumOf(input), items.Sum(x => (long)x));
                    }
                }

                break;
        }
    }
}

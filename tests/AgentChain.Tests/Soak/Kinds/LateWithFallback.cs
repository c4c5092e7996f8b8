namespace AgentChain.Tests.Soak.Kinds;

/// <summary>Turns whose block runs out of its budget and has a fallback: a value, or another block.</summary>
sealed class LateWithFallback : TurnKind
{
    readonly Chain<int, int> _toValue;
    readonly Chain<int, int> _toBlock;

    public LateWithFallback(EndedTurns ended)
        : base("late with fallback", 40, TurnOutcome.Completed)
    {
        _toValue = Own(Chain.From<int>("fallback value")
            .Then("late", Steps.NeverAsync, o => o.Budget(1.Milliseconds()).OnOverrun(Overrun.Fallback(-7)))
            .Then("add", x => x + 1)
            .Build(new ChainOptions { MeterFactory = ended }));
        _toBlock = Own(Chain.From<int>("fallback block")
            .Then("late", Steps.NeverAsync, o => o.Budget(1.Milliseconds()).OnOverrun(Overrun.FallbackTo(new Negated())))
            .Then("add", x => x + 1)
            .Build(new ChainOptions { MeterFactory = ended }));
    }

    public override Task RunAsync(Operation operation)
    {
        int input = operation.Random.Next(1_000_000);
        return input % 2 == 0
            ? operation.RunAsync(_toValue, input, -6, CancellationToken.None, TurnOutcome.Completed)
            : operation.RunAsync(_toBlock, input, -input + 1, CancellationToken.None, TurnOutcome.Completed);
    }

    sealed class Negated : IBlock<int, int>
    {
        public async ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken)
        {
            await Task.Yield();
            return -input;
        }
    }
}

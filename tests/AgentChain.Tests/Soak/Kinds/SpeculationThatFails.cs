using System.Runtime.CompilerServices;
using AgentChain.Speculation;

namespace AgentChain.Tests.Soak.Kinds;

/// <summary>Turns whose early run fails at about the instant its input becomes final or proves wrong.</summary>
sealed class SpeculationThatFails : TurnKind
{
    readonly Chain<int, int> _chain;

    public SpeculationThatFails(EndedTurns ended)
        : base("speculation that fails", 40, TurnOutcome.Completed, TurnOutcome.Failed) => _chain = Own(Chain.From<int>("failing early")
            .Revise("listen", new Listener())
            .Then("fails", FailAsync, o => o.Speculate().Concurrency(8))
            .Build(new ChainOptions { MeterFactory = ended, Speculation = new SpeculationOptions { Controller = new EagerController() } }));

    public override bool Speculates => true;

    public override async Task RunAsync(Operation operation)
    {
        // Odd inputs fail. A wrong guess has the other parity, so what it throws must not be seen.
        int input = operation.Random.Next(100_000);
        bool fails = input % 2 != 0;
        await using Turn<int> turn = operation.Start(_chain, input);
        (List<int> items, TurnResult result) = await operation.ReadToEndAsync(turn, fails ? TurnOutcome.Failed : TurnOutcome.Completed);
        if (fails)
        {
            Operation.Check(result.Error!.InnerException is InvalidDataException, $"a failed turn's cause is {result.Error.InnerException?.GetType().Name ?? "missing"}");
            return;
        }

        operation.Sum(input, items.Single());
    }

    static ValueTask<int> FailAsync(int x, CancellationToken cancellationToken) => (x / 2 % 2) switch
    {
        0 when x % 2 != 0 => throw new InvalidDataException(),
        _ => LaterAsync(x),
    };

    static async ValueTask<int> LaterAsync(int x)
    {
        await Task.Yield();
        return x % 2 != 0 ? throw new InvalidDataException() : x;
    }

    sealed class Listener : IRevisingBlock<int, int>
    {
        public async IAsyncEnumerable<Hypothesis<int>> InvokeAsync(
            int input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return Hypothesis.Tentative(input % 3 == 0 ? input + 1 : input, 0.6);
            for (int wait = input % 4; wait > 0; wait--)
            {
                await Task.Yield();
            }

            yield return Hypothesis.Final(input);
        }
    }
}

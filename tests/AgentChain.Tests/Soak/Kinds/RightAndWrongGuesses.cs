using System.Runtime.CompilerServices;
using AgentChain.Speculation;

namespace AgentChain.Tests.Soak.Kinds;

/// <summary>
/// Turns that speculate on hypotheses and on predictions, right and wrong ones; their answers are those of the final input.
/// </summary>
sealed class RightAndWrongGuesses : TurnKind
{
    readonly StreamChain<int, int> _chain;

    /// <param name="controller">The controller; <see langword="null"/> for the chain's own.</param>
    public RightAndWrongGuesses(string name, int weight, EndedTurns ended, ISpeculationController? controller)
        : base(name, weight, TurnOutcome.Completed, TurnOutcome.Interrupted) => _chain = Own(Chain.From<int>(name)
            .Revise("listen", new Listener())
            .Then("search", Steps.YieldAsync, o => o.Speculate().Concurrency(8))
            .Then("classify", Steps.YieldAsync, o => o
                .Speculate()
                .Predict((x, _) => Hypothesis.Tentative(x % 3 == 0 ? x + 1 : x, 0.7)))
            .Stream<int>("respond", (x, _, token) => RespondAsync(x, token), o => o.Speculate())
            .StreamEach<int>("speak", (x, _, token) => Steps.TwiceAsync(x, token), o => o.Speculate())
            .Build(new ChainOptions { MeterFactory = ended, Speculation = new SpeculationOptions { Controller = controller } }));

    public override bool Speculates => true;

    public override async Task RunAsync(Operation operation)
    {
        int input = operation.Random.Next(100_000);
        bool isInterrupted = operation.Random.Next(4) == 0;
        await using Turn<int> turn = operation.Start(_chain, input);
        Task<(List<int> Items, TurnResult Result)> reading = isInterrupted
            ? operation.ReadToEndAsync(turn, TurnOutcome.Completed, TurnOutcome.Interrupted)
            : operation.ReadToEndAsync(turn, TurnOutcome.Completed);
        if (isInterrupted)
        {
            await operation.PauseAsync();
            turn.Interrupt();
        }

        (List<int> items, TurnResult result) = await reading;
        if (result.Outcome == TurnOutcome.Completed)
        {
            operation.Sum((6L * input) + 6, items.Sum(x => (long)x));
        }
        else
        {
            Operation.Check(items.All(x => x >= input && x < input + 3), "an item of a wrong guess was seen");
        }

        SpeculationAccount account = result.Report.Speculation;
        Operation.Check(
            account.Started == account.Committed + account.Terminated,
            $"{account.Started} speculations were started, {account.Committed} stood and {account.Terminated} were wrong");
    }

    static async IAsyncEnumerable<int> RespondAsync(int x, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int i = 0; i < 3; i++)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            yield return x + i;
        }
    }

    /// <summary>Right, nearly right and wrong hypotheses, with or without time between them.</summary>
    sealed class Listener : IRevisingBlock<int, int>
    {
        public async IAsyncEnumerable<Hypothesis<int>> InvokeAsync(
            int input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            for (int i = 0; i < input % 4; i++)
            {
                yield return Hypothesis.Tentative((input + i) % 3 == 0 ? input : input + 4096 + i, 0.6);
                for (int wait = (input + i) % 5; wait > 0; wait--)
                {
                    await Task.Yield();
                }
            }

            yield return Hypothesis.Final(input);
        }
    }
}

using AgentChain.Budgets;
using AgentChain.Turns;

namespace AgentChain.Tests.Soak.Kinds;

/// <summary>Turns whose block ignores its token and comes back a little later: it is detached, and gone at the end.</summary>
sealed class DeafBlocks : TurnKind
{
    /// <summary>In milliseconds; long enough that a deadline thread which waits for a processor is not mistaken for one that is late.</summary>
    const int DeafFor = 60;

    readonly Chain<int, int> _chain;

    public DeafBlocks(EndedTurns ended)
        : base("blocks that ignore their token", 5, TurnOutcome.DeadlineExceeded) => _chain = Own(Chain.From<int>("deaf")
            .Then("deaf", SleepAsync)
            .Build(new ChainOptions { MeterFactory = ended, Budget = LatencyBudget.Total(2.Milliseconds()), Grace = 2.Milliseconds() }));

    public override async Task RunAsync(Operation operation)
    {
        Turn<int> turn = operation.Start(_chain, operation.Random.Next(8));
        await operation.ReadToEndAsync(turn, TurnOutcome.DeadlineExceeded);
        TurnQuiet quiet = await operation.InTimeAsync(turn.QuietAsync(), "a turn with a deaf block never was quiet");
        Operation.Check(quiet.Outcome == TurnOutcome.DeadlineExceeded, $"the turn ended as DeadlineExceeded and is quiet as {quiet.Outcome}");
    }

    static async ValueTask<int> SleepAsync(int x, CancellationToken cancellationToken)
    {
        await Task.Yield();
        if (x == 0)
        {
            Thread.Sleep(DeafFor);
        }
        else
        {
            await Task.Delay(DeafFor, CancellationToken.None);
        }

        return x;
    }
}

using System.Collections.Concurrent;

namespace AgentChain.Tests.Soak.Kinds;

/// <summary>A chain that has room for two turns, and gets a third. Each operation has such a chain to itself.</summary>
sealed class Rejected : TurnKind
{
    readonly ConcurrentBag<Chain<Task<int>, int>> _free = [];
    readonly EndedTurns _ended;

    public Rejected(EndedTurns ended)
        : base("rejected", 20, TurnOutcome.Completed, TurnOutcome.Rejected)
    {
        _ended = ended;
        for (int i = 0; i < 4; i++)
        {
            _free.Add(Build());
        }
    }

    public override async Task RunAsync(Operation operation)
    {
        if (!_free.TryTake(out Chain<Task<int>, int>? chain))
        {
            return;
        }

        int input = operation.Random.Next(1_000_000);
        var gate = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        Turn<int>[] inside = [operation.Start(chain, gate.Task), operation.Start(chain, gate.Task)];
        try
        {
            await using Turn<int> third = operation.Start(chain, gate.Task);
            await operation.ReadToEndAsync(third, TurnOutcome.Rejected);
        }
        finally
        {
            gate.SetResult(input);
        }

        foreach (Turn<int> turn in inside)
        {
            (List<int> items, _) = await operation.ReadToEndAsync(turn, TurnOutcome.Completed);
            operation.Sum(input, items.Single());
        }

        // Where something did not hold, the chain is not used again.
        _free.Add(chain);
    }

    Chain<Task<int>, int> Build() => Own(Chain.From<Task<int>>("full")
        .Then("wait", WaitAsync)
        .Build(new ChainOptions { MeterFactory = _ended, MaxTurns = 2 }));

    static async ValueTask<int> WaitAsync(Task<int> gate, CancellationToken cancellationToken) => await gate.WaitAsync(cancellationToken);
}

using System.Runtime.CompilerServices;

namespace AgentChain.Tests.Soak.Kinds;

/// <summary>Turns whose blocks throw: at once, later, with a cancellation that was not requested, or after some items.</summary>
sealed class FailingBlocks : TurnKind
{
    readonly Chain<int, int> _value;
    readonly StreamChain<int, int> _stream;

    public FailingBlocks(EndedTurns ended)
        : base("failing blocks", 80, TurnOutcome.Failed)
    {
        _value = Own(Chain.From<int>("failing value")
            .Then("fused", x => x == 0 ? throw new InvalidDataException() : x)
            .Then("fails", FailAsync, o => o.Concurrency(8))
            .Build(new ChainOptions { MeterFactory = ended }));
        _stream = Own(Chain.From<int>("failing stream")
            .Stream<int>("fails", (n, _, token) => CountAndFailAsync(n, token))
            .ThenEach("add", x => x + 1)
            .Build(new ChainOptions { MeterFactory = ended, OutputCapacity = 16 }));
    }

    public override async Task RunAsync(Operation operation)
    {
        int variant = operation.Random.Next(8);
        if (variant < 4)
        {
            await using Turn<int> turn = operation.Start(_value, variant);
            (_, TurnResult result) = await operation.ReadToEndAsync(turn, TurnOutcome.Failed);
            CheckCause(result, variant == 3);
            return;
        }

        // The reader keeps up or not: what was made before the failure is delivered all the same.
        await using Turn<int> streaming = operation.Start(_stream, variant);
        if (variant % 2 == 0)
        {
            await operation.PauseAsync();
        }

        (List<int> items, TurnResult failed) = await operation.ReadToEndAsync(streaming, TurnOutcome.Failed);
        CheckCause(failed, isCancellation: false);
        Operation.Check(
            items.SequenceEqual(Enumerable.Range(1, variant)),
            $"{items.Count} of the {variant} items that a stream made before it failed were delivered");
    }

    static void CheckCause(TurnResult result, bool isCancellation)
    {
        Exception? cause = result.Error?.InnerException;
        Operation.Check(
            isCancellation ? cause is OperationCanceledException : cause is InvalidDataException,
            $"a failed turn's cause is {cause?.GetType().Name ?? "missing"}");
    }

    static ValueTask<int> FailAsync(int variant, CancellationToken cancellationToken) => variant switch
    {
        1 => throw new InvalidDataException(),
        _ => FailLaterAsync(variant),
    };

    static async ValueTask<int> FailLaterAsync(int variant)
    {
        await Task.Yield();
        throw variant == 3 ? new OperationCanceledException() : new InvalidDataException();
    }

    static async IAsyncEnumerable<int> CountAndFailAsync(int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int i = 0; i < count; i++)
        {
            if (count >= 6)
            {
                await Task.Yield();
            }

            yield return i;
        }

        throw new InvalidDataException();
    }
}

namespace AgentChain.Tests.Soak.Kinds;

/// <summary>
/// A chain of its own that is disposed while turns run in it: read, unread, waiting, abandoned by their reader. Disposal is bounded, every
/// turn has its outcome, and nothing gets in any more.
/// </summary>
sealed class DisposedInTheMiddle(EndedTurns all)
    : TurnKind("chains disposed in the middle", 2, TurnOutcome.Completed, TurnOutcome.Interrupted)
{
    const int Waits = -1;

    public override async Task RunAsync(Operation operation)
    {
        using var ended = new EndedTurns(all);
        StreamChain<int, int> chain = Chain.From<int>("disposed")
            .Then("wait", (int x, CancellationToken token) => x == Waits ? Steps.NeverAsync(x, token) : Steps.YieldAsync(x, token))
            .Stream<int>("count", (n, _, token) => Steps.CountAsync(n, token))
            .Build(new ChainOptions { MeterFactory = ended, OutputCapacity = 8, Grace = 5.Milliseconds() });
        Turn<int> read = operation.Start(chain, operation.Random.Next(100));
        Task<(List<int> Items, TurnException? Error)> reading = operation.ReadAsync(read);
        Turn<int> waiting = operation.Start(chain, Waits);
        Turn<int> left = operation.Start(chain, 10_000);
        await using (IAsyncEnumerator<int> reader = left.Output.GetAsyncEnumerator())
        {
            await operation.InTimeAsync(reader.MoveNextAsync().AsTask(), "a stream's first item never came");
            Task<TurnResult> dropped = operation.StartAndDrop(chain, 10_000);
            await operation.PauseAsync();
            await DisposeAsync(operation, chain);

            await operation.EndAsync(read, TurnOutcome.Completed, TurnOutcome.Interrupted);
            await operation.EndAsync(waiting, TurnOutcome.Interrupted);
            await operation.EndAsync(left, TurnOutcome.Interrupted);
            await operation.EndAsync(dropped, TurnOutcome.Interrupted);
        }

        await CheckClosedAsync(operation, chain);
        (List<int> items, _) = await reading;
        Operation.Check(items.SequenceEqual(Enumerable.Range(0, items.Count)), "items were lost or doubled at a disposal");
        Operation.Check(chain.LiveTurns == 0, $"a disposed chain has {chain.LiveTurns} live turns");

        // On a busy machine a block may be later than the grace, but not for ever.
        await operation.EventuallyAsync(() => chain.DetachedBlocks == 0, () => $"a disposed chain has {chain.DetachedBlocks} detached blocks, none of which ignores its token");
    }

    /// <summary>A turn that comes too late is refused, by its outcome or by an exception.</summary>
    static async Task CheckClosedAsync(Operation operation, ChainBase<int, int> chain)
    {
        try
        {
            await operation.EndAsync(operation.Start(chain, 1), TurnOutcome.Rejected);
        }
        catch (ObjectDisposedException)
        {
            // Not started, and not counted as such.
        }
    }

    static async Task DisposeAsync(Operation operation, ChainBase<int, int> chain)
    {
        Task disposal = chain.DisposeAsync().AsTask();
        try
        {
            await operation.InTimeAsync(disposal, "disposing a chain waits for turns that nobody reads");
        }
        catch (SoakFault)
        {
            chain.InterruptTurns();
            throw;
        }
    }
}

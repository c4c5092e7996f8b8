using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

public class TurnOutputTests
{
    [Fact]
    public void Output_ReadAfterTheEnd_StillGivesEverything() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("late").Stream<int>("items", (x, _, token) => world.Count([1, 1, 1], token)).Build(world.Options());
        Turn<int> turn = chain.Start(1);
        await turn.Completion;
        await world.Delay(100);
        Assert.Equal([0, 1, 2], await turn.Output.ToListAsync());
    });

    [Fact]
    public void Output_ReadPartlyThenDisposed_TurnIsInterruptedAndItsProducerStops() => VirtualWorld.Run(async world =>
    {
        bool stopped = false;
        await using StreamChain<int, int> chain = Chain.From<int>("partly").Stream<int>("items", (_, _, token) => Endless(token)).Build(world.Options());
        await using (Turn<int> turn = chain.Start(1))
        {
            await foreach (int x in turn.Output)
            {
                if (x == 3)
                {
                    break;
                }
            }

            await turn.DisposeAsync();
            Assert.Equal(TurnOutcome.Interrupted, (await turn.Completion).Outcome);
        }

        await world.Delay(10);
        Assert.True(stopped);
        Assert.Equal(0, chain.DetachedBlocks);

        async IAsyncEnumerable<int> Endless([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
        {
            try
            {
                for (int i = 0; ; i++)
                {
                    await world.Delay(1, token);
                    yield return i;
                }
            }
            finally
            {
                stopped = true;
            }
        }
    });

    [Fact]
    public void Output_TurnFailsLater_GivesTheItemsThenThrows() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("fails").Stream<int>("items", (_, _, _) => Two()).Build(world.Options());
        Turn<int> turn = chain.Start(1);
        List<int> seen = [];
        await Assert.ThrowsAsync<BlockFailedException>(async () =>
        {
            await foreach (int x in turn.Output)
            {
                seen.Add(x);
            }
        });
        Assert.Equal([1, 2], seen);

        async IAsyncEnumerable<int> Two()
        {
            yield return 1;
            await world.Delay(1);
            yield return 2;
            await world.Delay(1);
            throw new InvalidDataException();
        }
    });

    [Fact]
    public void Output_AfterAnInterrupt_GivesNothingMoreEvenIfItWasMade() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("interrupt").Stream<int>("items", (_, _, token) => world.Count([1, 1, 1, 1, 1000], token)).Build(world.Options());
        Turn<int> turn = chain.Start(1);
        await world.Delay(100);
        turn.Interrupt();
        List<int> seen = [];
        await Assert.ThrowsAsync<TurnInterruptedException>(async () =>
        {
            await foreach (int x in turn.Output)
            {
                seen.Add(x);
            }
        });
        Assert.Empty(seen);
    });

    [Fact]
    public void Output_SecondReaderOfAStream_IsRefused() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("readers").Stream<int>("items", (_, _, token) => world.Count([1], token)).Build(world.Options());
        Turn<int> turn = chain.Start(1);
        await turn.Output.ToListAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await turn.Output.ToListAsync());
    });

    [Fact]
    public void Output_OfAValue_MayBeReadTwiceAndDisposeAfterTheEndChangesNothing() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("value").Then("work", world.Work<int>(5)).Build(world.Options());
        Turn<int> turn = chain.Start(7);
        Assert.Equal(7, await turn.Output.SingleAsync());
        await turn.DisposeAsync();
        Assert.Equal(7, await turn.Output.SingleAsync());
        Assert.Equal(TurnOutcome.Completed, (await turn.Completion).Outcome);
    });
}

using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

/// <summary>The ways to leave an enumeration of a turn's output, and their effect on the turn.</summary>
public class TurnReadingTests
{
    public enum Leaving
    {
        Break,
        Exception,
        Token,
    }

    [Theory]
    [InlineData(Leaving.Break)]
    [InlineData(Leaving.Exception)]
    [InlineData(Leaving.Token)]
    public void Output_LeftEarly_TurnIsInterrupted(Leaving how) => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Counting(world, 100);
        Turn<int> turn = chain.Start(1);
        Assert.Equal([0, 1, 2], await ReadAsync(turn.Output, 3, how));
        TurnResult result = await turn.Completion;
        Assert.Equal(TurnOutcome.Interrupted, result.Outcome);
        Assert.Equal(30, world.Elapsed.Ms());
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await turn.Output.ToListAsync());
    });

    [Theory]
    [InlineData(Leaving.Break)]
    [InlineData(Leaving.Exception)]
    [InlineData(Leaving.Token)]
    public void ReadOutput_KeepRunning_TurnGoesOnAndTheNextEnumerationContinues(Leaving how) => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Counting(world, 6);
        Turn<int> turn = chain.Start(1);
        Assert.Equal([0, 1], await ReadAsync(turn.ReadOutput(keepRunning: true), 2, how));
        Assert.Equal([2, 3], await ReadAsync(turn.ReadOutput(keepRunning: true), 2, how));
        Assert.Equal([4, 5], await turn.Output.ToListAsync());
        Assert.Equal(TurnOutcome.Completed, (await turn.Completion).Outcome);
    });

    [Fact]
    public void ReadOutput_WhileAnotherEnumerationIsUnderWay_IsRefused() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Counting(world, 3);
        Turn<int> turn = chain.Start(1);
        await using IAsyncEnumerator<int> first = turn.ReadOutput(keepRunning: true).GetAsyncEnumerator();
        Assert.True(await first.MoveNextAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await turn.ReadOutput(keepRunning: true).ToListAsync());
        Assert.True(await first.MoveNextAsync());
        Assert.Equal(1, first.Current);
        Assert.False(turn.Completion.IsCompleted);
    });

    [Fact]
    public void Output_EnumeratorThatWasNeverMoved_LeavesTheTurnAlone() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Counting(world, 2);
        Turn<int> turn = chain.Start(1);
        await turn.Output.GetAsyncEnumerator().DisposeAsync();
        Assert.Equal([0, 1], await turn.Output.ToListAsync());
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Output_TokenFiresWhileItemsWait_StopsAtOnceAndCountsOnlyWhatWasRead(bool withCancellation) => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("many")
            .Stream<int>("many", (_, _, _) => Enumerable.Range(0, 500).ToAsyncEnumerable())
            .Build(world.Options(o => o.OutputCapacity = 1000));
        await using Conversation<int, int> conversation = chain.OpenConversation();
        Turn<int> turn = await conversation.StartAsync(1);
        await turn.Completion;
        using var stop = new CancellationTokenSource();
        List<int> seen = [];
        OperationCanceledException thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            IAsyncEnumerable<int> items = withCancellation ? turn.Output : turn.ReadOutput(cancellationToken: stop.Token);
            await foreach (int item in items.WithCancellation(withCancellation ? stop.Token : default))
            {
                seen.Add(item);
                if (item == 2)
                {
                    stop.Cancel();
                }
            }
        });
        Assert.Equal(stop.Token, thrown.CancellationToken);
        Assert.Equal([0, 1, 2], seen);
        Assert.Equal([0, 1, 2], Assert.Single(conversation.History).Heard);
    });

    [Fact]
    public void Output_TokenFiresWhileTheReaderWaits_EndsTheWait() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Counting(world, 1);
        Turn<int> turn = chain.Start(7);
        using var reader = new CancellationTokenSource(5.Milliseconds(), world.Clock);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await ReadAsync(turn.ReadOutput(keepRunning: true, reader.Token), 1, Leaving.Break));
        Assert.Equal(5, world.Elapsed.Ms());
        Assert.Equal(TurnOutcome.Completed, (await turn.Completion).Outcome);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Output_OfOneValueLeftBeforeItIsThere_InterruptsUnlessToldOtherwise(bool keepRunning) => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("one").Then("work", world.Work<int>(10)).Build(world.Options());
        Turn<int> turn = chain.Start(7);
        using var reader = new CancellationTokenSource(5.Milliseconds(), world.Clock);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await turn.ReadOutput(keepRunning, reader.Token).ToListAsync());
        TurnResult result = await turn.Completion;
        Assert.Equal(keepRunning ? TurnOutcome.Completed : TurnOutcome.Interrupted, result.Outcome);
        if (keepRunning)
        {
            Assert.Equal([7], await turn.Output.ToListAsync());
        }
    });

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void CallersToken_EndsTheTurn_EveryMemberThrowsOneTypeWithThatToken(bool before, bool stream) => VirtualWorld.Run(async world =>
    {
        await using ChainBase<int, int> chain = stream
            ? Counting(world, 100)
            : Chain.From<int>("one").Then("work", world.Work<int>(1000)).Build(world.Options());
        using var caller = before ? new CancellationTokenSource() : new CancellationTokenSource(25.Milliseconds(), world.Clock);
        if (before)
        {
            caller.Cancel();
        }

        Turn<int> turn = chain.Start(1, caller.Token);
        Exception[] thrown =
        [
            await Assert.ThrowsAnyAsync<Exception>(async () => await turn.Output.ToListAsync()),
            await Assert.ThrowsAnyAsync<Exception>(async () => await chain.RunToListAsync(1, caller.Token)),
            .. chain is not Chain<int, int> one ? [] : new[] { await Assert.ThrowsAnyAsync<Exception>(async () => await one.RunAsync(1, caller.Token)) },
        ];
        Assert.All(thrown, error =>
        {
            var cancelled = Assert.IsType<OperationCanceledException>(error);
            Assert.Equal(caller.Token, cancelled.CancellationToken);
        });
        TurnResult result = await turn.Completion;
        Assert.Equal(TurnOutcome.Interrupted, result.Outcome);
        Assert.IsType<TurnInterruptedException>(result.Error);
    });

    [Fact]
    public void CallersToken_FiresAfterTheHostInterrupted_IsNotWhatEndedTheTurn() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("one").Then("work", world.Work<int>(1000)).Build(world.Options());
        using var caller = new CancellationTokenSource();
        ValueTask<int> running = chain.RunAsync(1, caller.Token);
        await world.Delay(10);
        chain.InterruptTurns();
        caller.Cancel();
        await Assert.ThrowsAsync<TurnInterruptedException>(async () => await running);
    });

    static StreamChain<int, int> Counting(VirtualWorld world, int items) =>
        Chain.From<int>("count").Stream<int>("count", (_, _, token) => world.Count(Enumerable.Repeat(10.0, items), token)).Build(world.Options());

    /// <summary>Reads some items and leaves.</summary>
    static async Task<List<int>> ReadAsync(IAsyncEnumerable<int> output, int count, Leaving how)
    {
        using var stop = new CancellationTokenSource();
        List<int> seen = [];
        try
        {
            await foreach (int item in output.WithCancellation(how == Leaving.Token ? stop.Token : default))
            {
                seen.Add(item);
                if (seen.Count < count)
                {
                    continue;
                }

                if (how == Leaving.Break)
                {
                    break;
                }

                if (how == Leaving.Exception)
                {
                    throw new InvalidDataException();
                }

                stop.Cancel();
            }
        }
        catch (InvalidDataException) when (how == Leaving.Exception)
        {
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }

        return seen;
    }
}

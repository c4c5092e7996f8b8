using System.Runtime.CompilerServices;
using AgentChain.Diagnostics;
using AgentChain.Simulation;
using AgentChain.Tests.Engine.Speculation;

namespace AgentChain.Tests.Engine;

/// <summary>A block that ends itself with a <see cref="BlockOverrunException"/> gets its own overrun rule.</summary>
public sealed class OwnOverrunTests
{
    [Fact]
    public void Fallback_Value_TakesThePlaceOfTheResult() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("c")
            .Then("loop", GivesUp(world), o => o.Budget(TimeSpan.FromHours(1)).OnOverrun(Overrun.Fallback(-1)))
            .Then("next", world.Work<int>(5))
            .Build(world.Options());

        await using Turn<int> turn = chain.Start(1);
        TurnResult result = await turn.Completion;

        Assert.Equal((TurnOutcome.Completed, -1, 15.0), (result.Outcome, await FirstAsync(turn), world.Elapsed.Ms()));
        Assert.Contains(result.Report.Spans, span => span.Block == "loop" && span.Notes == (SpanNotes.Overran | SpanNotes.FellBack));
    });

    [Fact]
    public void Fallback_Block_GetsTheInputAndItsTimeIsInTheReport() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("c")
            .Then("loop", GivesUp(world), o => o.Budget(TimeSpan.FromHours(1)).OnOverrun(Overrun.FallbackTo(async (int x, CancellationToken token) =>
            {
                await world.Delay(7, token);
                return x * 100;
            })))
            .Build(world.Options());

        await using Turn<int> turn = chain.Start(3);
        TurnResult result = await turn.Completion;

        Assert.Equal(300, await FirstAsync(turn));
        Assert.Equal([("loop", 10.0), ("loop fallback", 7.0)], result.Report.Parts.Select(part => (part.Owner, part.Duration.Ms())));
    });

    [Fact]
    public void Cancel_EndsTheTurnAsDeadlineExceededWithTheExceptionInside() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("c")
            .Then("loop", GivesUp(world), o => o.OnOverrun(Overrun.Cancel))
            .Build(world.Options());

        TurnResult result = await chain.ResultAsync(1);

        var error = Assert.IsType<TurnDeadlineExceededException>(result.Error);
        Assert.Equal((TurnOutcome.DeadlineExceeded, "loop", BudgetLimit.Own, TimeSpan.Zero), (result.Outcome, error.Block, error.Limit, error.Budget));
        Assert.IsType<BlockOverrunException>(error.InnerException);
        Assert.Contains("a limit of its own", error.Message, StringComparison.Ordinal);
    });

    [Fact]
    public void Report_FailsTheTurn() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("c").Then("loop", GivesUp(world)).Build(world.Options());

        TurnResult result = await chain.ResultAsync(1);

        Assert.Equal(TurnOutcome.Failed, result.Outcome);
        Assert.IsType<BlockOverrunException>(Assert.IsType<BlockFailedException>(result.Error).InnerException);
        Assert.Contains(result.Report.Spans, span => span.Notes.HasFlag(SpanNotes.Overran));
    });

    [Fact]
    public void Fallback_OtherException_StillFails() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("c")
            .Then("loop", (int x, CancellationToken _) => ValueTask.FromException<int>(new InvalidOperationException()), o => o.Budget(TimeSpan.FromHours(1)).OnOverrun(Overrun.Fallback(-1)))
            .Build(world.Options());

        Assert.Equal(TurnOutcome.Failed, (await chain.ResultAsync(1)).Outcome);
    });

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Fallback_Stream_IsTheLastItem(int items) => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("c")
            .Stream("loop", (int n, CancellationToken token) => CountThenGiveUp(world, n, token), o => o.Budget(TimeSpan.FromHours(1)).OnOverrun(Overrun.Fallback(-1)))
            .Build(world.Options());

        await using Turn<int> turn = chain.Start(items);
        List<int> read = [];
        await foreach (int item in turn.Output)
        {
            read.Add(item);
        }

        Assert.Equal([.. Enumerable.Range(0, items), -1], read);
        Assert.Equal(TurnOutcome.Completed, (await turn.Completion).Outcome);
    });

    [Fact]
    public void Fallback_StreamWithSlowReader_WaitsForRoomAndComesLast() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("c")
            .Stream("loop", (int n, CancellationToken token) => CountThenGiveUp(world, n, token), o => o.Budget(TimeSpan.FromHours(1)).OnOverrun(Overrun.Fallback(-1)).StreamCapacity(1))
            .ThenEach("slow", world.Work<int>(50))
            .Build(world.Options());

        await using Turn<int> turn = chain.Start(4);
        List<int> read = [];
        await foreach (int item in turn.Output)
        {
            read.Add(item);
        }

        Assert.Equal([0, 1, 2, 3, -1], read);
    });

    [Fact]
    public void Cancel_StreamOnAWrongHypothesis_DoesNotEndTheTurn() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("c")
            .Revise("listen", world.Hears((0, 3), (100, 5)))
            .Stream(
                "loop",
                (int n, CancellationToken token) => n == 3 ? CountThenGiveUp(world, 0, token) : world.Count([1, 1], token),
                o => o.OnOverrun(Overrun.Cancel).Speculate())
            .Build(world.Eager());

        await using Turn<int> turn = chain.Start(0);

        Assert.Equal(TurnOutcome.Completed, (await turn.Completion).Outcome);
    });

    [Fact]
    public void Fallback_StreamOnARightHypothesis_IsKept() => VirtualWorld.Run(async world =>
    {
        int runs = 0;
        await using StreamChain<int, int> chain = Chain.From<int>("c")
            .Revise("listen", world.Hears((0, 2), (100, 2)))
            .Stream(
                "loop",
                (int n, CancellationToken token) =>
                {
                    runs++;
                    return CountThenGiveUp(world, n, token);
                },
                o => o.Budget(TimeSpan.FromHours(1)).OnOverrun(Overrun.Fallback(-1)).Speculate())
            .Build(world.Eager());

        await using Turn<int> turn = chain.Start(0);
        List<int> read = [];
        await foreach (int item in turn.Output)
        {
            read.Add(item);
        }

        Assert.Equal([0, 1, -1], read);
        Assert.Equal(1, runs);
    });

    static async Task<int> FirstAsync(Turn<int> turn)
    {
        await foreach (int item in turn.Output)
        {
            return item;
        }

        return 0;
    }

    static Func<int, CancellationToken, ValueTask<int>> GivesUp(VirtualWorld world) => async (_, token) =>
    {
        await world.Delay(10, token);
        throw new BlockOverrunException("No result after 3 attempts.");
    };

    static async IAsyncEnumerable<int> CountThenGiveUp(VirtualWorld world, int items, [EnumeratorCancellation] CancellationToken token)
    {
        for (int i = 0; i < items; i++)
        {
            await world.Delay(1, token);
            yield return i;
        }

        await world.Delay(1, token);
        throw new BlockOverrunException("No result after 3 attempts.");
    }
}

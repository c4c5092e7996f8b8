using AgentChain.Simulation;
using AgentChain.Tests.Engine;

namespace AgentChain.Docs.Tests.Snippets;

/// <summary>The code of docs/errors.md, and its table.</summary>
public sealed class ErrorSnippets
{
    [Theory]
    [InlineData("what is due", "12.40")]
    [InlineData("fail", "Something went wrong.")]
    [InlineData("late", "That takes too long.")]
    [InlineData("full", "Please try again in a minute.")]
    public void AskAsync_EveryOutcome_HasAnAnswer(string question, string expected) => VirtualWorld.Run(async world =>
    {
        await using Chain<string, string> chain = Answer(world);
        await using Turn<string>? first = question == "full" ? chain.Start("late") : null;
        Assert.Equal(expected, await AskAsync(chain, question, CancellationToken.None));
    });

    #region ask
    static async Task<string> AskAsync(Chain<string, string> chain, string question, CancellationToken token)
    {
        try
        {
            return await chain.RunAsync(question, token);      // an OperationCanceledException of our own token passes through
        }
        catch (TurnRejectedException)
        {
            return "Please try again in a minute.";            // the chain is full or draining
        }
        catch (TurnDeadlineExceededException)
        {
            return "That takes too long.";                     // Block, Limit and Budget say which limit it was
        }
        catch (BlockFailedException)
        {
            return "Something went wrong.";                    // Block names the block, InnerException is what it threw
        }
    }
    #endregion

    [Fact]
    public void Completion_TurnFailed_IsAResultAndNotAnException() => VirtualWorld.Run(async world =>
    {
        await using Chain<string, string> chain = Answer(world);
        string[] lines = await Printed.ByAsync(async () =>
        {
            #region completion
            Turn<string> turn = chain.Start("fail");           // never throws because of the turn
            TurnResult result = await turn.Completion;         // neither does this
            Console.WriteLine($"{result.Outcome} at {result.Error?.Block}: {result.Error?.InnerException?.Message}");
            #endregion
        });
        Assert.Equal(["Failed at answer: the account is closed"], lines);
    });

    [Theory]
    [InlineData("what is due", TurnOutcome.Completed, null, null)]
    [InlineData("fail", TurnOutcome.Failed, typeof(BlockFailedException), typeof(BlockFailedException))]
    [InlineData("late", TurnOutcome.DeadlineExceeded, typeof(TurnDeadlineExceededException), typeof(TurnDeadlineExceededException))]
    [InlineData("full", TurnOutcome.Rejected, typeof(TurnRejectedException), typeof(TurnRejectedException))]
    [InlineData("interrupt", TurnOutcome.Interrupted, typeof(TurnInterruptedException), typeof(TurnInterruptedException))]
    [InlineData("cancel", TurnOutcome.Interrupted, typeof(TurnInterruptedException), typeof(OperationCanceledException))]
    public void Table_EveryRow_IsWhatTheHostSees(
        string question, TurnOutcome outcome, Type? error, Type? thrown) => VirtualWorld.Run(async world =>
    {
        await using Chain<string, string> chain = Answer(world);
        using var source = new CancellationTokenSource();
        await using Turn<string>? first = question == "full" ? chain.Start("late") : null;
        Turn<string> turn = chain.Start(question, source.Token);
        await world.Delay(10);
        if (question == "interrupt")
        {
            turn.Interrupt();
        }
        else if (question == "cancel")
        {
            source.Cancel();
        }

        TurnResult result = await turn.Completion;
        Assert.Equal((outcome, error), (result.Outcome, result.Error?.GetType()));
        Assert.Equal(thrown, (await Record.ExceptionAsync(async () => await turn.Output.ToListAsync()))?.GetType());
        if (question == "cancel")
        {
            Assert.Equal(thrown, (await Record.ExceptionAsync(async () => await chain.RunAsync(question, source.Token)))?.GetType());
        }
        else if (question != "interrupt")
        {
            Assert.Equal(thrown, (await Record.ExceptionAsync(async () => await chain.RunAsync(question)))?.GetType());
        }
    });

    [Fact]
    public void RunAsync_ChainIsStopped_ThrowsThatTheTurnWasInterrupted() => VirtualWorld.Run(async world =>
    {
        await using Chain<string, string> chain = Answer(world);
        Task<string> running = chain.RunAsync("what is due").AsTask();
        await world.Delay(10);
        chain.InterruptTurns();
        await Assert.ThrowsAsync<TurnInterruptedException>(() => running);
    });

    [Fact]
    public void Output_BlockThrowsAfterTwoItems_GivesThemFirst() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("c")
            .Stream("items", (n, _) => Enumerable.Range(0, n + 1).Select(i => i < n ? i : throw new IOException()).ToAsyncEnumerable())
            .Build(world.Options());
        await using Turn<int> turn = chain.Start(2);
        List<int> items = [];
        await Assert.ThrowsAsync<BlockFailedException>(async () =>
        {
            await foreach (int item in turn.Output)
            {
                items.Add(item);
            }
        });
        Assert.Equal([0, 1], items);
    });

    [Theory]
    [InlineData(OverrunAction.Report, TurnOutcome.Completed, null, 100)]
    [InlineData(OverrunAction.Cancel, TurnOutcome.DeadlineExceeded, "slow", 30)]
    public void Overrun_Rule_DecidesTheOutcome(
        OverrunAction rule, TurnOutcome outcome, string? block, int milliseconds) => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("c")
            .Then("slow", world.Work<int>(100), o => o.Budget(30.Milliseconds()).OnOverrun(rule))
            .Build(world.Options());
        TurnResult result = await chain.Start(1).Completion;
        Assert.Equal((outcome, block), (result.Outcome, result.Error?.Block));
        Assert.InRange(result.Report.Elapsed.TotalMilliseconds, milliseconds, milliseconds + 0.01);
    });

    static Chain<string, string> Answer(VirtualWorld world) => Chain.From<string>("desk")
        .Then("answer", async (question, token) =>
        {
            await world.Delay(question == "late" ? 5000 : 50, token);
            return question == "fail" ? throw new InvalidOperationException("the account is closed") : "12.40";
        })
        .Build(world.Options(o => (o.MaxTurns, o.Budget) = (1, LatencyBudget.Total(1.Seconds()))));
}

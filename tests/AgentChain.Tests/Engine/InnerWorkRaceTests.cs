using AgentChain.Speculation;

namespace AgentChain.Tests.Engine;

/// <summary>Works that other threads begin, resolve and end while their turn ends.</summary>
public class InnerWorkRaceTests
{
    [Fact]
    public async Task Interrupt_WhileThreadsWork_TheAccountBalancesAndTheReportIsLawful()
    {
        await using Chain<int, int> chain = Chain.From<int>("race").Then("respond", new InnerWorkTests.Lambda(async (context, token) =>
        {
            // Threads of their own, and a bound: on the pool, three that spin would keep the interrupt below from ever getting a thread.
            await Task.WhenAll(Enumerable.Range(0, 3).Select(i => Task.Factory.StartNew(
                () =>
                {
                    for (int n = 0; n < 20_000 && !token.IsCancellationRequested; n++)
                    {
                        InnerWork work = context.Begin($"t{i}");
                        EarlyWork? early = context.TryBeginEarly(new EarlyRequest("early", 0.9) { Work = 5.Milliseconds() });
                        work.Run();
                        work.Await();
                        early?.Run();
                        early?.Commit();
                        work.End(InnerStatus.Completed);
                        early?.End(InnerStatus.Completed);
                        context.Used(new ModelUsage { Model = "m", InputTokens = 1 });
                    }
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        })).Build(new ChainOptions { Speculation = new() { Controller = new EagerController() } });
        int started = 0;
        for (int i = 0; i < 40; i++)
        {
            Turn<int> turn = chain.Start(i);
            await Task.Delay(TimeSpan.FromMilliseconds(i % 4), TimeProvider.System);
            turn.Interrupt();
            TurnResult result = await turn.Completion;
            Reports.AssertLawful(result);
            SpeculationAccount account = result.Report.Speculation;
            started += account.Started;
            Assert.Equal(account.Started, account.Committed + account.Terminated);
        }

        Assert.True(started > 0, "No work raced with the end of its turn.");
    }
}

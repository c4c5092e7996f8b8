using AgentChain.Costs;
using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

/// <summary>The events of budgets, in virtual time.</summary>
public class BudgetEventTests
{
    [Fact]
    public void Run_BlockIsLate_WarnsAtTheShareThenTellsTheOverrun() => VirtualWorld.Run(async world =>
    {
        List<string> events = [];
        await using Chain<int, int> chain = Waits(world, 150, o => o.Budget(100.Milliseconds())).Build(world.Options());
        Listen(chain, world, events);

        await chain.RunAsync(1);
        await world.Delay(1);

        Assert.Equal(
            ["80 warning block 'wait' of turn 1: 80 ms of 100 ms (Total)", "100 exceeded block 'wait' of turn 1: 100 ms of 100 ms (Total)"],
            events);
    });

    [Fact]
    public void Run_TurnIsLate_WarnsAndTellsTheEnd() => VirtualWorld.Run(async world =>
    {
        List<string> events = [];
        await using Chain<int, int> chain = Waits(world, 500).Build(world.Options(o =>
        {
            o.Budget = LatencyBudget.FirstOutput(100.Milliseconds()).AndTotal(300.Milliseconds());
            o.BudgetWarningShare = 0.5;
        }));
        Listen(chain, world, events);

        await chain.Start(1).Completion;
        await world.Delay(200);

        Assert.Equal(["50 warning turn 1: 50 ms of 100 ms (FirstOutput)", "100 exceeded turn 1: 100 ms of 100 ms (FirstOutput)"], events);
    });

    [Fact]
    public void Run_FirstOutputCameInTime_OnlyTheTotalWarns() => VirtualWorld.Run(async world =>
    {
        List<string> events = [];
        await using StreamChain<int, int> chain = Chain.From<int>("late")
            .Stream("speak", (x, token) => Two(world, x, token), o => o.FirstOutput(50.Milliseconds()).Budget(100.Milliseconds()))
            .Build(world.Options());
        Listen(chain, world, events);

        await chain.RunToListAsync(1);
        await world.Delay(1);

        Assert.Equal(["80 warning block 'speak' of turn 1: 80 ms of 100 ms (Total)"], events);
    });

    [Fact]
    public void Run_InTimeOrInterrupted_NothingIsTold() => VirtualWorld.Run(async world =>
    {
        List<string> events = [];
        await using Chain<int, int> chain = Waits(world, 150, o => o.Budget(200.Milliseconds())).Build(world.Options(o => o.Budget = LatencyBudget.Total(1.Seconds())));
        Listen(chain, world, events);

        await chain.RunAsync(1);
        Turn<int> turn = chain.Start(2);
        await world.Delay(10);
        turn.Interrupt();
        await world.Delay(2000);

        Assert.Empty(events);
    });

    [Fact]
    public void Run_HandlerThrows_TheTurnAndTheOtherHandlersGoOn() => VirtualWorld.Run(async world =>
    {
        List<string> events = [];
        var log = new CollectingLogger();
        await using Chain<int, int> chain = Waits(world, 150, o => o.Budget(100.Milliseconds())).Build(world.Options(o => o.LoggerFactory = log));
        chain.BudgetWarning += (_, _) => throw new IOException("secret");
        chain.BudgetExceeded += (_, _) => throw new IOException("secret");
        Listen(chain, world, events);

        Assert.Equal(1, await chain.RunAsync(1));
        await world.Delay(1);

        Assert.Equal(2, events.Count);
        Assert.Equal(2, log.Messages.Count(m => m.Contains("handler of the budget events threw System.IO.IOException", StringComparison.Ordinal)));
        Assert.DoesNotContain(log.Lines, line => line.Contains("secret", StringComparison.Ordinal));
    });

    [Fact]
    public async Task Run_HandlerHangs_TheTurnCompletes()
    {
        using var release = new ManualResetEventSlim();
        await using Chain<int, int> chain = Chain.From<int>("hang").Then("wait", async (int x, CancellationToken token) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, token);
            return x;
        }, o => o.Budget(TimeSpan.FromMilliseconds(5))).Build();
        chain.BudgetExceeded += (_, _) => release.Wait(TimeSpan.FromSeconds(30));

        Assert.Equal(1, await chain.RunAsync(1).AsTask().WaitAsync(TimeSpan.FromSeconds(20)));
        release.Set();
    }

    [Fact]
    public void Removed_Handler_HearsNothing() => VirtualWorld.Run(async world =>
    {
        int heard = 0;
        EventHandler<BudgetEventArgs> handler = (_, _) => heard++;
        await using Chain<int, int> chain = Waits(world, 150, o => o.Budget(100.Milliseconds())).Build(world.Options());
        chain.BudgetExceeded += handler;
        chain.BudgetExceeded -= handler;

        await chain.RunAsync(1);
        await world.Delay(1);

        Assert.Equal(0, heard);
    });

    /// <summary>A warning that has an object of its own costs bytes, and keeps its turn until the warning is due.</summary>
    [Fact]
    public void Warning_InTimeTurns_AllocateNothingForBudgetsEventsAndCosts() => VirtualWorld.Run(async world =>
    {
        double bare = await BytesAsync(_ => { }, _ => { }, _ => { });
        double full = await BytesAsync(
            o => o.Budget(LatencyBudget.Total(TimeSpan.FromHours(1)).AndFirstOutput(TimeSpan.FromHours(1))),
            o => (o.Budget, o.Costs) = (LatencyBudget.Total(TimeSpan.FromHours(2)), new CostBook()),
            chain =>
            {
                chain.BudgetWarning += (_, _) => { };
                chain.BudgetExceeded += (_, _) => { };
            });

        // A few bytes are those of arrays that grow once.
        Assert.InRange(full - bare, -8, 8);

        async Task<double> BytesAsync(Action<BlockSetup<int, int>> block, Action<ChainOptions> options, Action<Chain<int, int>> listen)
        {
            await using Chain<int, int> chain = Chain.From<int>("in time").Then("wait", world.Work<int>(1), block).Then("wait 2", world.Work<int>(1), block)
                .Build(world.Options(options));
            listen(chain);
            long before = 0;
            for (int i = -500; i < 1000; i++)
            {
                before = i == 0 ? GC.GetAllocatedBytesForCurrentThread() : before;
                await chain.RunAsync(i);
            }

            return (GC.GetAllocatedBytesForCurrentThread() - before) / 1000.0;
        }
    });

    static void Listen<TIn, TOut>(ChainBase<TIn, TOut> chain, VirtualWorld world, List<string> events)
    {
        chain.BudgetWarning += (sender, e) => events.Add($"{world.Elapsed.TotalMilliseconds:0} warning {e}");
        chain.BudgetExceeded += (sender, e) => events.Add($"{world.Elapsed.TotalMilliseconds:0} exceeded {(ReferenceEquals(sender, chain) ? e : null)}");
    }

    static ChainBuilder<int, int> Waits(VirtualWorld world, int time, Action<BlockSetup<int, int>>? configure = null) =>
        Chain.From<int>("late").Then("wait", async (int x, CancellationToken token) =>
        {
            await world.Delay(time, token);
            return x;
        }, configure ?? (_ => { }));

    static async IAsyncEnumerable<int> Two(VirtualWorld world, int x, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        await world.Delay(10, token);
        yield return x;
        await world.Delay(80, token);
        yield return x;
    }
}

using AgentChain.Devices;
using AgentChain.Diagnostics;
using AgentChain.Simulation;
#pragma warning disable CA2012 // Value tasks are looked at before they are awaited, once each.

namespace AgentChain.Tests.Engine.Hostile;

/// <summary>Blocks that use their context after they have returned, or release a lease that is not theirs to release.</summary>
public sealed class LateContextTests
{
    static readonly TurnKey<string> Note = new("note");

    /// <summary>A block keeps its context and uses all of it while another block runs, after its turn, and in the next turn.</summary>
    [Fact]
    public void Context_UsedAfterTheBlockHasReturned_TouchesNoOtherTurn() => VirtualWorld.Run(async world =>
    {
        List<BlockContext> kept = [];
        string? seen = null;
        await using Chain<int, int> chain = Chain.From<int>("late")
            .Then("keeps", (int x, BlockContext context) =>
            {
                kept.Add(context);
                return x;
            })
            .Then("works", world.Work<int>(10))
            .Then("reads", (int x, BlockContext context) =>
            {
                seen = context.Get(Note);
                return x;
            })
            .Build(world.Options());
        for (int i = 0; i < 3; i++)
        {
            Turn<int> turn = chain.Start(i);
            await world.Delay(1);
            kept.ForEach(UseAll);
            TurnResult result = await turn.Completion;
            string report = result.Report.ToWaterfall();
            kept.ForEach(UseAll);
            Assert.Equal(TurnOutcome.Completed, result.Outcome);
            Assert.Equal(i, await turn.Output.FirstAsync());
            Assert.Equal(report, result.Report.ToWaterfall());
            Assert.Null(seen);
        }

        Assert.Equal((0, 0), (chain.LiveTurns, chain.DetachedBlocks));

        static void UseAll(BlockContext context)
        {
            context.Set(Note, "late");
            _ = (context.TurnId, context.BlockName, context.Remaining, context.Time, context.Lease, context.TurnToken, context.RunNumber, context.IsSpeculative, context.Get(Note));
            Assert.True(context.CommittedAsync(default).IsCompletedSuccessfully);
            Assert.Throws<InvalidOperationException>(() => context.InputEnded(1, 1));
            Assert.NotEmpty(context.ToString());
        }
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void InputEnded_SaidAfterTheTurn_ChangesNothing(bool interrupted) => VirtualWorld.Run(async world =>
    {
        BlockContext kept = default;
        await using Chain<int, int> chain = Chain.From<int>("late")
            .Revise("hears", (x, context, token) =>
            {
                kept = context;
                return HearAsync(world, x, token);
            }, o => o.LiveInput())
            .Build(world.Options(o => o.Budget = LatencyBudget.Total(100.Milliseconds())));
        Turn<int> turn = chain.Start(1);
        await world.Delay(5);
        if (interrupted)
        {
            turn.Interrupt();
        }

        TurnResult result = await turn.Completion;
        TimeSpan? ended = result.Report.InputEnded;
        await world.Delay(50);
        Exception? error = Record.Exception(() => kept.InputEnded(kept.Time.GetTimestamp(), kept.Time.GetTimestamp()));
        Assert.Equal(interrupted, error is null);
        await world.Delay(500);
        Assert.Equal(ended, result.Report.InputEnded);
        Assert.Equal(interrupted ? TurnOutcome.Interrupted : TurnOutcome.Completed, result.Outcome);
        Assert.Equal(1, await chain.RunAsync(1));
    });

    /// <summary>Another thread of the block reports the end of the input at the moment at which the block's own end does.</summary>
    [Fact]
    public async Task InputEnded_SaidFromAnotherThreadAsTheBlockEnds_TheTurnEnds()
    {
        await using Chain<int, int> chain = Chain.From<int>("late")
            .Revise("hears", (x, context, _) => RacingAsync(x, context), o => o.LiveInput())
            .Build();
        for (int i = 0; i < 2_000; i++)
        {
            Assert.Equal(i, await chain.RunAsync(i).AsTask().WaitAsync(TimeSpan.FromSeconds(60)));
        }

        static async IAsyncEnumerable<Hypothesis<int>> RacingAsync(int input, BlockContext context)
        {
            yield return Hypothesis.Final(input);
            _ = Task.Run(() => Record.Exception(() => context.InputEnded(1, 1)));
            await Task.Yield();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Lease_DisposedByTheBlockItself_IsGivenBackOnce(bool stream)
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1) with { MaxLeases = 1 }]);
        var options = new ChainOptions { Devices = devices };
        ChainBuilder<int, int> from = Chain.From<int>("leases");
        await using ChainBase<int, int> chain = stream
            ? from.Stream("gives back", (x, context, _) => ItemsAsync(x, context), o => o.On(DeviceKind.Cpu)).Build(options)
            : from.Then("gives back", (int x, BlockContext context, CancellationToken _) =>
            {
                context.Lease!.Dispose();
                context.Lease.Dispose();
                return new ValueTask<int>(x);
            }, o => o.On(DeviceKind.Cpu)).Build(options);
        for (int i = 0; i < 20; i++)
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(x => chain.RunToListAsync(x).AsTask())).WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal(0, devices.OpenLeases);
        }

        static async IAsyncEnumerable<int> ItemsAsync(int input, BlockContext context)
        {
            context.Lease!.Dispose();
            yield return input;
            await Task.Yield();
            context.Lease.Dispose();
            yield return input;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void CallersSource_CancelledAndDisposedByTheBlock_TheTurnIsInterrupted(bool fused) => VirtualWorld.Run(async world =>
    {
        CancellationTokenSource source = null!;
        await using Chain<int, int> chain = (fused
            ? Chain.From<int>("cancels").Then("cancels", (int x) => Cancel(x))
            : Chain.From<int>("cancels").Then("cancels", async (int x, CancellationToken _) =>
            {
                await world.Delay(1, CancellationToken.None);
                return Cancel(x);
            })).Build(world.Options());
        for (int i = 0; i < 3; i++)
        {
            source = new CancellationTokenSource();
            Turn<int> turn = chain.Start(1, source.Token);
            Assert.Equal(TurnOutcome.Interrupted, (await turn.Completion).Outcome);
            source = new CancellationTokenSource();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await chain.RunAsync(1, source.Token));
        }

        await world.Delay(1000);
        Assert.Equal((0, 0), (chain.LiveTurns, chain.DetachedBlocks));

        int Cancel(int x)
        {
            // In virtual time the test goes on within Cancel, and takes another.
            CancellationTokenSource mine = source;
            mine.Cancel();
            mine.Dispose();
            return x;
        }
    });

    /// <summary>A source that is disposed while its turn runs can never fire; the turn completes.</summary>
    [Fact]
    public void CallersSource_DisposedByTheBlock_TheTurnCompletes() => VirtualWorld.Run(async world =>
    {
        CancellationTokenSource source = null!;
        await using Chain<int, int> chain = Chain.From<int>("disposes").Then("disposes", (int x) =>
        {
            source.Dispose();
            return x;
        }).Then("works", world.Work<int>(1)).Build(world.Options());
        source = new CancellationTokenSource();
        CancellationToken token = source.Token;
        Assert.Equal(1, await chain.RunAsync(1, token));
        Assert.Equal(2, await chain.RunAsync(2, token));
    });

    static async IAsyncEnumerable<Hypothesis<int>> HearAsync(
        VirtualWorld world, int input, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        yield return Hypothesis.Tentative(input, 0.5);
        await world.Delay(10, token);
        yield return Hypothesis.Final(input);
    }
}

using System.Runtime.CompilerServices;
using AgentChain.Diagnostics;
using AgentChain.Simulation;
using AgentChain.Tests.Diagnostics;

namespace AgentChain.Tests.Engine.Speculation;

/// <summary>Nothing that a warm-up does is committed: its blocks undo every run, after it has ended, and no metric counts it.</summary>
public class WarmUpHookTests
{
    [Fact]
    public void WarmUpAsync_StreamBlock_IsTerminatedAfterItsRun() => VirtualWorld.Run(async world =>
    {
        var block = new Counting(world);
        await using StreamChain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((100, "wrong"), (200, "right"), (250, "right")))
            .Stream("agent", block, o => o.Speculate())
            .Build(world.Eager());
        await chain.WarmUpAsync([""]);
        Assert.Equal(["begins wrong", "ends wrong", "begins right", "terminated", "ends right", "terminated"], block.Calls);
    });

    [Fact]
    public void WarmUpAsync_BlockForEachItem_IsTerminatedAfterItsRun() => VirtualWorld.Run(async world =>
    {
        var block = new Counting(world);
        await using StreamChain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((100, "right"), (150, "right")))
            .Stream("once", (x, _) => Once(x), o => o.Speculate())
            .StreamEach("agent", block, o => o.Speculate())
            .Build(world.Eager());
        await chain.WarmUpAsync([""]);
        Assert.Equal(["begins right", "ends right", "terminated"], block.Calls);

        static async IAsyncEnumerable<string> Once(string x)
        {
            await Task.Yield();
            yield return x;
        }
    });

    [Fact]
    public void WarmUpAsync_StreamTurnInterrupted_UndoesEveryRun() => VirtualWorld.Run(async world =>
    {
        var block = new Counting(world);
        await using StreamChain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((100, "right"), (150, "right")))
            .Stream("agent", block, o => o.Speculate())
            .Build(world.Eager());
        using var source = new CancellationTokenSource(200.Milliseconds(), world.Clock);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await chain.WarmUpAsync([""], source.Token));
        await world.Delay(1000);
        Assert.Equal(["begins right", "ends right", "terminated"], block.Calls);
        Assert.False(block.WasCanceled);
    });

    [Fact]
    public void WarmUpAsync_SpeculatingBlock_DoesNotCountInTheMetricsOfSpeculation()
    {
        const string Name = "metrics of a warm-up";
        using var telemetry = new TelemetryCapture(Name);
        VirtualWorld.Run(async world =>
        {
            await using Chain<string, string> chain = Chain.From<string>(Name)
                .Revise("listen", world.Hears((100, "wrong"), (200, "right"), (500, "right")))
                .Then("search", world.Work<string>(250), o => o.Speculate())
                .Build(world.Eager());
            await chain.WarmUpAsync([""]);
        });
        Assert.DoesNotContain(telemetry.Measured, m => m.Instrument.Name.StartsWith("agentchain.speculation.", StringComparison.Ordinal)
            && Equals(m.Tags.GetValueOrDefault(TelemetryNames.ChainTag), Name));
    }

    /// <summary>Streams three items, and records its runs and what it is told of them.</summary>
    sealed class Counting(VirtualWorld world) : IStreamBlock<string, string>, ICommitHooks
    {
        public List<string> Calls { get; } = [];

        public bool WasCanceled { get; private set; }

        public async IAsyncEnumerable<string> InvokeAsync(
            string input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Calls.Add($"begins {input}");
            try
            {
                for (int i = 0; i < 3; i++)
                {
                    await world.Delay(40, cancellationToken);
                    yield return $"{input} {i}";
                }
            }
            finally
            {
                Calls.Add($"ends {input}");
            }
        }

        public ValueTask OnCommittedAsync(BlockContext context, CancellationToken cancellationToken)
        {
            Calls.Add("committed");
            return default;
        }

        public ValueTask OnTerminatedAsync(BlockContext context, CancellationToken cancellationToken)
        {
            Calls.Add("terminated");
            WasCanceled |= cancellationToken.IsCancellationRequested;
            return default;
        }
    }
}

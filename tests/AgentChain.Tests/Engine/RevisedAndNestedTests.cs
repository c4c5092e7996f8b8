using System.Runtime.CompilerServices;
using System.Threading.Tasks.Dataflow;
using AgentChain.Devices;
using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

/// <summary>Revising blocks and nested sub-chains: rejected results, released leases and the remaining time.</summary>
public class RevisedAndNestedTests
{
    [Theory]
    [InlineData(1.5)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void Revise_ProbabilityIsNone_FailsTheTurnByName(double probability) => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("bad").Revise("listen", new Publishing(world, probability)).Build(world.Options());
        TurnResult result = await chain.Start(1).Completion;
        Assert.Equal((TurnOutcome.Failed, "listen"), (result.Outcome, result.Error!.Block));
        Assert.Contains("must be from 0 to 1", result.Error.Message, StringComparison.Ordinal);
    });

    [Fact]
    public void Revise_NoFinalValue_FailsTheTurnByName() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("bad").Revise("listen", new Publishing(world, 0.5) { IsEndless = true }).Build(world.Options());
        TurnResult result = await chain.Start(1).Completion;
        Assert.Equal((TurnOutcome.Failed, "listen"), (result.Outcome, result.Error!.Block));
        Assert.Contains("without a final value", result.Error.Message, StringComparison.Ordinal);
    });

    [Fact]
    public void Through_BlockDeclines_FailsTheTurnByName() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("foreign").Through("declines", new Declining(), x => x, x => x).Build(world.Options());
        TurnResult result = await chain.Start(1).Completion;
        Assert.Equal((TurnOutcome.Failed, "declines"), (result.Outcome, result.Error!.Block));
        Assert.Contains("Dataflow block", result.Error.Message, StringComparison.Ordinal);
    });

    [Fact]
    public void Revise_OnADevice_GivesItsLeaseBackWhenItEnds() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1)]);
        await using Chain<int, int> chain = Chain.From<int>("leases")
            .Revise("listen", new Publishing(world, 0.5), o => o.On("cpu"))
            .Then("after", world.Work<int>(100))
            .Build(world.Options(o => o.Devices = devices));
        Turn<int> turn = chain.Start(1);
        await world.Delay(5);
        Assert.Equal(1, devices.OpenLeases);
        await world.Delay(45);
        Assert.Equal(0, devices.OpenLeases);
        Assert.Equal(2, await turn.Output.SingleAsync());
        Assert.Equal(0, devices.OpenLeases);
    });

    [Theory]
    [InlineData(100, 0)]
    [InlineData(500, 100)]
    public void Remaining_InsideNestedSubChains_IsThatOfTheSoonestDeadline(int outer, int inner) => VirtualWorld.Run(async world =>
    {
        double remaining = 0;
        await using Chain<int, int> innermost = Chain.From<int>("innermost").Then("look", (int x, BlockContext context, CancellationToken _) =>
        {
            remaining = context.Remaining.TotalMilliseconds;
            return ValueTask.FromResult(x);
        }).Build(world.Options());
        await using Chain<int, int> middle = Chain.From<int>("middle").Then("inner", innermost, o => _ = inner > 0 ? o.Budget(inner.Milliseconds()) : o).Build(world.Options());
        await using Chain<int, int> chain = Chain.From<int>("chain").Then("outer", middle, o => o.Budget(outer.Milliseconds())).Build(world.Options());
        Assert.Equal(1, await chain.RunAsync(1));
        Assert.Equal(100, Math.Round(remaining));
    });

    /// <summary>
    /// The turn is interrupted, and 10 ms pass, each time the clock is read, including the read for the time of the first output.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void FirstOutput_MadeWhileTheTurnWasBeingEnded_IsNotReported(bool stream)
    {
        int at = 0;
        while (VirtualWorld.Run(world => EndAtAsync(world, stream, ++at)))
        {
        }

        Assert.InRange(at, 5, 500);
    }

    static async Task<bool> EndAtAsync(VirtualWorld world, bool stream, int at)
    {
        var clock = new InterruptingClock(world.Clock, at);
        ChainOptions options = world.Options(o => o.TimeProvider = clock);
        await using ChainBase<int, int> chain = stream
            ? Chain.From<int>("c").Stream<int>("items", (_, _, token) => world.Count([5, 5], token)).Build(options)
            : Chain.From<int>("c").Then("work", world.Work<int>(5)).Build(options);
        Turn<int> turn = chain.Start(1);
        clock.Act = () =>
        {
            turn.Interrupt();
            world.Block(10);
        };
        TurnResult result = await turn.Completion;
        await world.Delay(100);
        Assert.True(result.Report.FirstOutput is not { } first || first <= result.Report.Elapsed, $"Interrupted at look {at}, first output at {result.Report.FirstOutput}.");
        return clock.HasActed;
    }

    sealed class Publishing(VirtualWorld world, double probability) : IRevisingBlock<int, int>
    {
        public bool IsEndless { get; init; }

        public async IAsyncEnumerable<Hypothesis<int>> InvokeAsync(int input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await world.Delay(10, cancellationToken);
            yield return new Hypothesis<int>(1, probability, false);
            if (!IsEndless)
            {
                yield return Hypothesis.Final(2);
            }
        }
    }

    /// <summary>A Dataflow block that takes nothing and never ends.</summary>
    sealed class Declining : IPropagatorBlock<int, int>
    {
        readonly BufferBlock<int> _outputs = new();

        public Task Completion => _outputs.Completion;

        public void Complete() => _outputs.Complete();

        public void Fault(Exception exception) => ((IDataflowBlock)_outputs).Fault(exception);

        public IDisposable LinkTo(ITargetBlock<int> target, DataflowLinkOptions linkOptions) => _outputs.LinkTo(target, linkOptions);

        public DataflowMessageStatus OfferMessage(DataflowMessageHeader messageHeader, int messageValue, ISourceBlock<int>? source, bool consumeToAccept) =>
            DataflowMessageStatus.DecliningPermanently;

        public int ConsumeMessage(DataflowMessageHeader messageHeader, ITargetBlock<int> target, out bool messageConsumed) =>
            ((ISourceBlock<int>)_outputs).ConsumeMessage(messageHeader, target, out messageConsumed);

        public bool ReserveMessage(DataflowMessageHeader messageHeader, ITargetBlock<int> target) =>
            ((ISourceBlock<int>)_outputs).ReserveMessage(messageHeader, target);

        public void ReleaseReservation(DataflowMessageHeader messageHeader, ITargetBlock<int> target) =>
            ((ISourceBlock<int>)_outputs).ReleaseReservation(messageHeader, target);
    }
}

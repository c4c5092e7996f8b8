using AgentChain.Blocks;
using AgentChain.Devices;
using AgentChain.Engine.Turns;

namespace AgentChain.Tests.Engine;

/// <summary>Works that are closed by the end of their turn.</summary>
public class InnerWorkEndTests
{
    [Fact]
    public void Close_WorkRanAfterTheTurnEnded_EndsNoEarlierThanItRan()
    {
        var host = new Host { Now = 5 };
        var work = new EarlyWork(host, null!, default, default, "early");
        host.Now = 20;
        work.Run();

        work.Close(at: 10, completed: false);

        Assert.Equal((20L, 20L), (work.RanAt, work.EndedAt));
        Assert.Same(work, Assert.Single(host.SettledWorks));
    }

    [Fact]
    public async Task Interrupt_EndOfAWorkThrows_TheTurnHasItsOutcomeAndTheChainGoesOn()
    {
        var log = new CollectingLogger();
        TaskCompletionSource began = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Chain<int, int> chain = Chain.From<int>("broken").Then("respond", new InnerWorkTests.Lambda(async (context, token) =>
        {
            if (!began.Task.IsCompleted)
            {
                var run = (TraceStep)context.Begin("probe").Owner;
                run.Turn.InnerOrNew.Open(new Broken(run));
                began.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            }
        })).Build(new ChainOptions { LoggerFactory = log });
        Turn<int> turn = chain.Start(1);
        await began.Task;

        turn.Interrupt();

        Assert.Equal(TurnOutcome.Interrupted, (await turn.Completion).Outcome);
        Assert.Contains(log.Messages, m => m.Contains("inner work of turn 1 could not be ended", StringComparison.Ordinal));
        Assert.Equal(2, await chain.RunAsync(2));
    }

    sealed class Broken(TraceStep run) : InnerWork(new Host(), run, "broken")
    {
        private protected override void Closed(bool completed) => throw new ArgumentException("a defect");
    }

    sealed class Host : IInnerHost
    {
        public bool IsOver => false;

        public long Now { get; set; } = 1;

        public List<EarlyWork> SettledWorks { get; } = [];

        public Task<DeviceLease> AcquireAsync(InnerWork work, DeviceRequest device, WorkPhase phase, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public void Release(InnerWork work, DeviceLease lease) => throw new NotSupportedException();

        public void FoundLost(InnerWork work, DeviceLease lease, DeviceLostException reason) => throw new NotSupportedException();

        public void Running(InnerWork work)
        {
        }

        public void Waited(InnerWork work, long from, long until)
        {
        }

        public void Ended(InnerWork work)
        {
        }

        public void Settled(EarlyWork work) => SettledWorks.Add(work);
    }
}

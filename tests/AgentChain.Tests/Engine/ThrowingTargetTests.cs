using System.Threading.Tasks.Dataflow;

namespace AgentChain.Tests.Engine;

/// <summary>A chain in a network whose next block throws when it is offered an output.</summary>
public class ThrowingTargetTests
{
    static readonly TimeSpan Never = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task AsPropagatorBlock_TargetThrows_BlockFaultsAndTakesNoMore()
    {
        await using Chain<int, int> chain = Chain.From<int>("thrown").Then("same", x => x).Build();
        IPropagatorBlock<int, int> block = chain.AsPropagatorBlock(2, _ => { });
        block.LinkTo(new Throwing());
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await block.SendAsync(1);
            await block.Completion.WaitAsync(Never);
        });
        await Eventually.Async(() => !block.Post(2));
        await Eventually.Async(() => chain.LiveTurns == 0);
    }

    [Fact]
    public async Task AsPropagatorBlock_MostTurns_AreInRange()
    {
        await using Chain<int, int> chain = Chain.From<int>("most").Then("same", x => x).Build();
        Assert.Throws<ArgumentOutOfRangeException>(() => chain.AsPropagatorBlock(1 << 30));
        IPropagatorBlock<int, int> block = chain.AsPropagatorBlock((1 << 30) - 1);
        Assert.True(block.Post(5));
        Assert.Equal(5, await block.ReceiveAsync(Never));
    }

    sealed class Throwing : ITargetBlock<int>
    {
        public Task Completion => Task.CompletedTask;

        public void Complete()
        {
        }

        public void Fault(Exception exception)
        {
        }

        public DataflowMessageStatus OfferMessage(DataflowMessageHeader messageHeader, int messageValue, ISourceBlock<int>? source, bool consumeToAccept) =>
            throw new InvalidDataException();
    }
}

using System.Threading.Tasks.Dataflow;
using AgentChain.Simulation;

namespace AgentChain.Tests.Engine.Interop;

/// <summary>Dataflow blocks that throw when they are offered a value, before or after they have taken it.</summary>
public sealed class ThrowingOfferTests
{
    [Fact]
    public void Through_OfferThrows_KeyIsFreeAndTheBlockCannotConsumeTheInputLater()
    {
        VirtualWorld.Run(async world =>
        {
            var block = new ThrowingBlock();
            await using Chain<int, int> chain = Chain.From<int>("through").Through("foreign", block, x => x, y => y).Build(world.Options());
            block.OnOffer = static _ => throw new InvalidDataException();
            await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.RunAsync(1));
            Assert.False(block.Consume(), "The input of a turn that has failed must not be consumed.");
            block.OnOffer = static b => b.Emit(1);
            Assert.Equal(1, await chain.RunAsync(1));
        });
    }

    [Fact]
    public void Through_OfferConsumesAndThrows_KeyIsKeptUntilItsOutputComes()
    {
        VirtualWorld.Run(async world =>
        {
            var block = new ThrowingBlock();
            await using Chain<int, int> chain = Chain.From<int>("through").Through("foreign", block, x => x, y => y).Build(world.Options());
            block.OnOffer = static b =>
            {
                Assert.True(b.Consume());
                throw new InvalidDataException();
            };
            BlockFailedException error = await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.RunAsync(1));
            Assert.IsType<InvalidDataException>(error.InnerException);
            block.OnOffer = static b => b.Emit(1);
            error = await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.RunAsync(1));
            Assert.Contains("unique", error.Message, StringComparison.Ordinal);
            block.Emit(1);
            Assert.Equal(1, await chain.RunAsync(1));
        });
    }

    sealed class ThrowingBlock : IPropagatorBlock<int, int>
    {
        ITargetBlock<int>? _target;
        (DataflowMessageHeader Header, ISourceBlock<int> Source) _offered;
        long _id;

        public Action<ThrowingBlock>? OnOffer { get; set; }

        public Task Completion { get; } = new TaskCompletionSource().Task;

        public bool Consume()
        {
            _offered.Source.ConsumeMessage(_offered.Header, this, out bool isConsumed);
            return isConsumed;
        }

        public void Emit(int value) => _target!.OfferMessage(new DataflowMessageHeader(++_id), value, this, consumeToAccept: false);

        public DataflowMessageStatus OfferMessage(DataflowMessageHeader messageHeader, int messageValue, ISourceBlock<int>? source, bool consumeToAccept)
        {
            _offered = (messageHeader, source!);
            OnOffer!(this);
            return DataflowMessageStatus.Accepted;
        }

        public IDisposable LinkTo(ITargetBlock<int> target, DataflowLinkOptions linkOptions)
        {
            _target = target;
            return new BufferBlock<int>().LinkTo(DataflowBlock.NullTarget<int>());
        }

        public void Complete()
        {
        }

        public void Fault(Exception exception)
        {
        }

        public int ConsumeMessage(DataflowMessageHeader messageHeader, ITargetBlock<int> target, out bool messageConsumed) => throw new NotSupportedException();

        public bool ReserveMessage(DataflowMessageHeader messageHeader, ITargetBlock<int> target) => false;

        public void ReleaseReservation(DataflowMessageHeader messageHeader, ITargetBlock<int> target)
        {
        }
    }
}
